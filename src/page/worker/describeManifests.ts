import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** One object of a Kubernetes manifest. */
export type Manifest = {
  /** Its part of the YAML text, exactly. */
  readonly text: string;
  readonly kind: string | null;
  readonly name: string | null;
  readonly namespace: string | null;
  /** What tells most about the object, e.g. its images. */
  readonly facts: readonly (readonly [name: string, text: string])[];
  /** Why it is not valid YAML. */
  readonly problem: string | null;
};

/** More facts are counted. */
const MAX_FACTS = 12;
/** More documents than this are not described one by one. */
const MAX_DOCUMENTS = 200;

/** The objects of a YAML text. Aliases are never followed, so they cannot multiply. */
export function describeManifests(yaml: string): Manifest[] {
  return manifestTexts(yaml).map((text, at) => {
    const nothing = { text, kind: null, name: null, namespace: null, facts: [], problem: null };
    if (at >= MAX_DOCUMENTS) return nothing;
    try {
      return describe(text);
    } catch {
      return { ...nothing, problem: 'It is too complex to read.' };
    }
  });
}

/** The documents of a YAML text. Joined together, they are exactly the text. */
export function manifestTexts(yaml: string): string[] {
  const texts: string[] = [];
  let text = '';
  let isEmpty = true;
  for (const line of yaml.split(/(?<=\n)/)) {
    // Nothing else in YAML starts a line with three dashes.
    const isStart = line.startsWith('---') && line.slice(3).trimStart().length < line.length - 3;
    if (isStart && !isEmpty) {
      texts.push(text);
      text = '';
      isEmpty = true;
    }
    text += line;
    const content = (isStart ? line.slice(3) : line).trim();
    if (content !== '' && !content.startsWith('#')) isEmpty = false;
  }
  // What follows the last document without anything in it belongs to that document.
  if (isEmpty && texts.length > 0) texts[texts.length - 1] += text;
  else texts.push(text);
  return texts;
}

function describe(text: string): Manifest {
  const document = parseDocument(text, { logLevel: 'silent' });
  const read = (...path: (string | number)[]): string | null => {
    const node = document.getIn(path, true);
    return isScalar(node) && node.value !== null ? String(node.value) : null;
  };
  const facts: [string, string][] = [];
  const add = (name: string, value: string | null) => {
    if (value !== null) facts.push([name, value]);
  };
  add('replicas', read('spec', 'replicas'));
  for (const pod of [[], ['template', 'spec'], ['jobTemplate', 'spec', 'template', 'spec']]) {
    for (const list of ['initContainers', 'containers']) {
      const containers = document.getIn(['spec', ...pod, list]);
      if (!isSeq(containers)) continue;
      containers.items.forEach((_item, at) => {
        add('image', read('spec', ...pod, list, at, 'image'));
      });
    }
  }
  add('schedule', read('spec', 'schedule'));
  add('type', read('spec', 'type'));
  for (const part of ['data', 'stringData']) {
    const data = document.get(part);
    if (isMap(data)) add(part, data.items.map(({ key }) => String(key)).join(', '));
  }
  const more = facts.length - MAX_FACTS;
  if (more > 0) facts.splice(MAX_FACTS, more, ['and', `${more} more, in the text`]);
  const [error] = document.errors;
  return {
    text,
    kind: read('kind'),
    name: read('metadata', 'name'),
    namespace: read('metadata', 'namespace'),
    facts,
    problem: error ? (error.message.split('\n')[0] ?? null) : null,
  };
}
