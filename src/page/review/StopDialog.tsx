import { type ReactNode, useState } from 'react';
import { useQuery } from 'urql';
import { StopExecutionDocument, WaitingCountDocument } from '../generated/graphql.ts';
import { announce } from '../parts/Announcer.tsx';
import { Modal } from '../parts/Modal.tsx';
import { counted } from '../parts/spanText.ts';
import { VisibleText } from '../payload/text/VisibleText.tsx';
import { ask, documentOf, ServiceError } from '../service/openClient.ts';
import { usePage } from '../state/page.ts';

const document = documentOf(WaitingCountDocument);

/** Asks before an execution is stopped, and says how many reviews that rejects. */
export function StopDialog({
  graphExecId,
  onClose,
}: {
  graphExecId: string;
  onClose(): void;
}): ReactNode {
  const { client } = usePage();
  const [{ data, error }] = useQuery({ query: document, variables: { graphExecId } });
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const count = data?.pendingReviewsForExecution.totalCount;

  const stop = async () => {
    setSending(true);
    setProblem(null);
    try {
      const { cancelPendingReviews: answer } = await ask(
        client,
        'mutation',
        StopExecutionDocument,
        {
          input: { graphExecId },
        },
      );
      if (answer.__typename === 'CancelPendingReviewsPayload') {
        announce(`Stopped: ${counted(answer.cancelledCount, 'review')} rejected`);
        return onClose();
      }
      setProblem(answer.message);
    } catch (failure) {
      if (!(failure instanceof ServiceError)) throw failure;
      setProblem(
        failure.code === 'UNREACHABLE'
          ? 'The connection was lost before the answer came: whether it is stopped is not known. Stopping twice changes nothing.'
          : failure.message,
      );
    }
    setSending(false);
  };
  return (
    <Modal title="Stop the execution" onClose={onClose}>
      <p>
        <code>
          <VisibleText text={graphExecId} />
        </code>
      </p>
      {error && <p className="problem">How many wait could not be read: {error.message}</p>}
      {count !== undefined && (
        <p>
          {count === 1
            ? '1 review that waits is rejected'
            : `${count} reviews that wait are rejected`}
          . Approvals that no agent has used are void, and standing approvals end. This cannot be
          undone.
        </p>
      )}
      {problem !== null && (
        <p className="banner bad" role="alert">
          {problem}
        </p>
      )}
      <div className="actions">
        <button
          type="button"
          className="button danger solid"
          disabled={count === undefined || isSending}
          onClick={() => void stop()}
        >
          {count === undefined ? 'Counting…' : `Stop it and reject ${counted(count, 'review')}`}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}
