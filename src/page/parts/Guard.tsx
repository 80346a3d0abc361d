import { Component, type ErrorInfo, type ReactNode } from 'react';

type Props = { what: string; children: ReactNode };

/**
 * An error boundary, so that an error in one part of the page does not lose what is typed in
 * others.
 */
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
        <p className="nothing-title">{this.props.what} can't be shown</p>
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
