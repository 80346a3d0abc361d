import { Component, type ErrorInfo, type ReactNode } from 'react';

type Props = { what: string; children: ReactNode };

/** Keeps a fault in one part of the page from taking the rest, and what is typed there, with it. */
export class Guard extends Component<Props, { problem: string | null }> {
  override state = { problem: null };

  static getDerivedStateFromError(error: unknown): { problem: string } {
    return { problem: error instanceof Error ? error.message : String(error) };
  }

  override componentDidCatch(error: Error, { componentStack }: ErrorInfo): void {
    console.error(error, componentStack);
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (problem === null) return this.props.children;
    return (
      <div className="nothing" role="alert">
        <p className="nothing-title">{this.props.what} cannot be shown</p>
        <p>{problem}</p>
        <div className="actions">
          <button type="button" className="button" onClick={() => this.setState({ problem: null })}>
            Try again
          </button>
          <button type="button" className="button quiet" onClick={() => location.reload()}>
            Reload the page
          </button>
        </div>
      </div>
    );
  }
}
