import { type ReactNode, useMemo } from 'react';
import { misleads } from '../../../text/characters.ts';
import { count } from '../../parts/format.ts';
import type { Manifest } from '../../worker/describeManifests.ts';
import { useInWorker } from '../../worker/inWorker.ts';
import { CodeText } from '../CodeText.tsx';
import { FoldView } from '../folds.tsx';
import { Facts, LongText, ShowMore, useShownCount } from '../Text.tsx';
import { isHinted, membersOf, shortText, type View, without } from './view.ts';

const FIRST_OBJECTS = 20;
const START_CHARACTERS = 20_000;

/** A Kubernetes manifest by object: as JSON, or as YAML text with one or more documents. */
export const kubernetes: View = {
  name: 'kubernetes',
  title: 'Kubernetes manifest',
  aliases: ['k8s'],
  find(node, place) {
    if (node.kind === 'string') {
      const start = node.value.slice(0, START_CHARACTERS);
      const isManifest = /^apiVersion:\s*\S/m.test(start) && /^kind:\s*\S/m.test(start);
      const isYaml = isHinted(place, 'kubernetes', 'k8s') && /^[\w-]+:\s/m.test(start);
      return isManifest || isYaml ? { show: <Manifests yaml={node.value} /> } : undefined;
    }
    const members = membersOf(node);
    const kind = shortText(members?.get('kind'));
    const apiVersion = shortText(members?.get('apiVersion'));
    const metadata = members?.get('metadata');
    if (kind === undefined || apiVersion === undefined || metadata?.kind !== 'object') {
      return undefined;
    }
    const named = (key: string) => shortText(membersOf(metadata)?.get(key)) ?? null;
    const shown = new Set([members?.get('kind'), members?.get('apiVersion')]);
    return {
      rest: node.kind === 'object' ? without(node, shown) : undefined,
      show: (
        <>
          <ObjectTitle kind={kind} name={named('name')} namespace={named('namespace')} />
          <Facts facts={[['apiVersion', apiVersion]]} />
        </>
      ),
    };
  },
};

type ObjectTitleProps = Pick<Manifest, 'kind' | 'name' | 'namespace'>;

const ObjectTitle = ({ kind, name, namespace }: ObjectTitleProps): ReactNode => (
  <p className="approval-head">
    <span className="tag accent">
      <LongText text={kind ?? 'no kind'} maxCharacters={100} />
    </span>{' '}
    <LongText text={name ?? 'without a name'} maxCharacters={300} />
    {namespace !== null && (
      <span className="muted">
        {' '}
        in namespace <LongText text={namespace} maxCharacters={300} />
      </span>
    )}
  </p>
);

function Manifests({ yaml }: { yaml: string }): ReactNode {
  const found = useInWorker('describeManifests', yaml);
  const manifests = useMemo(() => found ?? [], [found]);
  const [shown, more] = useShownCount(manifests.length, FIRST_OBJECTS);
  if (found == null) {
    return (
      <FoldView key="plain">
        <CodeText code={yaml} label="YAML" language="yaml" />
      </FoldView>
    );
  }
  return (
    <FoldView key="read">
      {manifests.length > 1 && <p className="part-title">{count(manifests.length, 'object')}</p>}
      {manifests.slice(0, shown).map((manifest, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: objects never move
        <div key={at} className="manifest">
          <ObjectTitle {...manifest} />
          {manifest.problem !== null && (
            <p className="notice warns" role="note">
              Not valid YAML: <LongText text={manifest.problem} maxCharacters={300} />
            </p>
          )}
          <Facts facts={manifest.facts} />
          <CodeText code={manifest.text} label="YAML" language="yaml" firstLines={60} />
        </div>
      ))}
      <ShowMore
        shown={shown}
        total={manifests.length}
        what="object"
        onMore={more}
        of={manifests}
        hidesMisleading={manifests.slice(shown).some(({ text }) => misleads(text))}
      />
    </FoldView>
  );
}
