import {
  SearchReviewsDocument,
  type SearchReviewsQuery,
  type SearchReviewsQueryVariables,
} from '@holdpoint/client/documents';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { type ExportFormat, exportFormats } from '../../export/reviews.ts';
import { clockNow } from '../data/clock.ts';
import { usePage } from '../data/page.ts';
import { messageOf, retryAfterOf, type Service } from '../data/service.ts';
import type { ReviewSearch, TypedDocumentString } from '../generated/graphql.ts';
import { announce } from '../parts/Announcer.tsx';
import { count } from '../parts/format.ts';
import { Modal } from '../parts/Modal.tsx';
import {
  canWriteFiles,
  MAX_MEMORY_BYTES,
  openTarget,
  TooLargeError,
  writeExport,
} from './exportFile.ts';
import type { Total } from './useSearch.ts';

type Props = { search: ReviewSearch; total: Total; onClose(): void };

const formatNames: Record<ExportFormat, string> = {
  csv: 'CSV, for spreadsheets',
  jsonl: 'JSON Lines, with the exact payloads',
};

const PROGRESS_MS = 100;

/** Writes everything that was found to a file, page by page, with the token of the page. */
export default function ExportDialog({ search, total, onClose }: Props): ReactNode {
  const { service } = usePage();
  const name = useId();
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [written, setWritten] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = async () => {
    setProblem(null);
    const stop = new AbortController();
    const day = new Date(clockNow()).toISOString().slice(0, 10);
    try {
      const target = await openTarget(format, `reviews-${day}.${format}`);
      if (!target) return;
      running.current = stop;
      setWritten(0);
      let shownAt = 0;
      const done = await writeExport({
        format,
        search,
        target,
        signal: stop.signal,
        readPage: (variables) => readPage(service, variables, stop.signal),
        onProgress: (so) => {
          if (performance.now() - shownAt < PROGRESS_MS) return;
          shownAt = performance.now();
          setWritten(so);
        },
      });
      announce(`Exported ${count(done, 'review')}`);
      onClose();
    } catch (error) {
      if (!stop.signal.aborted) setProblem(problemOf(error));
    }
    running.current = null;
    setWritten(null);
  };

  const cancel = () => {
    if (written === null) onClose();
    else running.current?.abort();
  };
  return (
    <Modal title="Export what was found" onClose={cancel}>
      <p>
        {typeof total === 'number' ? count(total, 'review') : 'All reviews that match'}, newest
        first. The file is the same as from <code>holdpoint reviews export</code>.
      </p>
      <fieldset className="choices" disabled={written !== null}>
        <legend>Format</legend>
        {exportFormats.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name={name}
              checked={format === choice}
              onChange={() => setFormat(choice)}
            />
            {formatNames[choice]}
          </label>
        ))}
      </fieldset>
      {!canWriteFiles() && (
        <p className="muted">
          This browser builds the file in memory, up to {MAX_MEMORY_BYTES / 1_000_000} MB. For more,
          use the command line or a browser such as Chrome or Edge.
        </p>
      )}
      {written !== null && (
        <div className="export-progress">
          <progress
            aria-label="Exported"
            {...(typeof total === 'number' && { value: Math.min(written, total), max: total })}
          />
          <p role="status">
            {written.toLocaleString('en')}
            {typeof total === 'number' && ` of ${total.toLocaleString('en')}`} written
          </p>
        </div>
      )}
      {problem !== null && (
        <p className="banner bad" role="alert">
          {problem}
        </p>
      )}
      <div className="actions">
        <button
          type="button"
          className="button primary"
          disabled={written !== null}
          onClick={() => void start()}
        >
          Export
        </button>
        <button type="button" className="button" onClick={cancel}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}

const searchDocument = SearchReviewsDocument as unknown as TypedDocumentString<
  SearchReviewsQuery,
  SearchReviewsQueryVariables
>;

/** Reads a page, and waits first where the service asks for it. */
async function readPage(
  service: Service,
  variables: SearchReviewsQueryVariables,
  signal: AbortSignal,
): Promise<SearchReviewsQuery['searchReviews']> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return (await service.request(searchDocument, variables)).searchReviews;
    } catch (error) {
      const waitMs = retryAfterOf(error);
      if (waitMs === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

function problemOf(error: unknown): string {
  if (error instanceof TooLargeError) {
    return `The file would be larger than ${MAX_MEMORY_BYTES / 1_000_000} MB, so nothing was saved. Set more filters, or use holdpoint reviews export.`;
  }
  if (error instanceof DOMException) return `The file can't be written: ${error.message}`;
  return `${messageOf(error)}. Nothing was saved.`;
}
