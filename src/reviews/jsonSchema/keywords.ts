import * as Browser from '@hyperjump/browser';
import {
  addFormat,
  addKeyword,
  defineVocabulary,
  getKeyword,
  getKeywordId,
  type Keyword,
  loadDialect,
  Validation,
} from '@hyperjump/json-schema/experimental';
import '@hyperjump/json-schema/formats-lite';
import {
  setShouldValidateFormat,
  setShouldValidateSchema,
} from '@hyperjump/json-schema/draft-2020-12';
import * as Instance from '@hyperjump/json-schema/instance/experimental';
import { type Costly, sizeOf } from './evaluation.ts';
import { isMultiple } from './isMultiple.ts';
import { Pattern, patternProblem } from './pattern.ts';

// Keywords of the library that are replaced: those with regular expressions, those that are inexact
// and those whose cost depends on more than the members of a value. The library has one global list
// of keywords; nothing else in this process uses it.

const base = 'https://json-schema.org/keyword';
export const formatKeyword = `${base}/draft-2020-12/format`;

/** Longer texts have none of the formats, and could take the library's expressions long. */
const MAX_FORMATTED_CHARACTERS = 2_000;

const textOf = (instance: Instance.JsonNode) => Instance.value<string>(instance);

const pattern: Costly<Pattern> = {
  id: `${base}/pattern`,
  compile: async (schema) => Pattern.of(Browser.value(schema)),
  interpret: (compiled, instance) =>
    Instance.typeOf(instance) !== 'string' || compiled.test(textOf(instance)),
  cost: (compiled, instance) =>
    Instance.typeOf(instance) === 'string' ? compiled.cost(textOf(instance)) : 0,
};

type PatternSchemas = readonly (readonly [Pattern, string])[];

const costOfNames = (patterns: readonly Pattern[], instance: Instance.JsonNode) => {
  let cost = 0;
  for (const name of Instance.keys(instance)) {
    for (const each of patterns) cost += each.cost(textOf(name));
  }
  return cost;
};

const patternProperties: Costly<PatternSchemas> = {
  id: `${base}/patternProperties`,
  simpleApplicator: true,
  async compile(schema, ast) {
    const compiled: [Pattern, string][] = [];
    for await (const [source, subschema] of Browser.entries(schema)) {
      compiled.push([
        Pattern.of(source),
        await Validation.compile(subschema as typeof schema, ast, schema),
      ]);
    }
    return compiled;
  },
  interpret(compiled, instance, context) {
    let isValid = true;
    for (const [name, property] of Instance.entries(instance)) {
      for (const [each, subschema] of compiled) {
        if (!each.test(textOf(name))) continue;
        if (!Validation.interpret(subschema, property, context)) isValid = false;
        noteEvaluated(context, textOf(name));
      }
    }
    return isValid;
  },
  cost: (compiled, instance) =>
    costOfNames(
      compiled.map(([each]) => each),
      instance,
    ),
};

type Additional = {
  readonly known: ReadonlySet<string>;
  readonly patterns: readonly Pattern[];
  readonly schema: string;
};

const additionalProperties: Costly<Additional> = {
  id: `${base}/additionalProperties`,
  simpleApplicator: true,
  async compile(schema, ast, parent) {
    const { properties, patternProperties } =
      Browser.value<Record<string, object | undefined>>(parent);
    return {
      known: new Set(Object.keys(properties ?? {})),
      patterns: Object.keys(patternProperties ?? {}).map((source) => Pattern.of(source)),
      schema: await Validation.compile(schema, ast, parent),
    };
  },
  interpret({ known, patterns, schema }, instance, context) {
    let isValid = true;
    for (const [nameNode, property] of Instance.entries(instance)) {
      const name = textOf(nameNode);
      if (known.has(name) || patterns.some((each) => each.test(name))) continue;
      if (!Validation.interpret(schema, property, context)) isValid = false;
      noteEvaluated(context, name);
    }
    return isValid;
  },
  cost: ({ patterns }, instance) => costOfNames(patterns, instance),
};

/** For unevaluatedProperties, which keeps this set in the context while it needs it. */
function noteEvaluated(context: object, name: string): void {
  (context as { evaluatedProperties?: Set<string> }).evaluatedProperties?.add(name);
}

export const enumKeyword = 'urn:holdpoint:enumTexts';
export const constKeyword = 'urn:holdpoint:constText';

/** enum, whose values SchemaDocument gives as canonical texts. */
const enumTexts: Costly<ReadonlySet<string>> = {
  id: enumKeyword,
  compile: async (schema) => new Set(Browser.value<string[]>(schema)),
  interpret: (texts, instance) => texts.has(canonicalText(Instance.value(instance))),
  cost: (_, instance) => sizeOf(instance),
};

const constText: Costly<string> = {
  id: constKeyword,
  compile: async (schema) => Browser.value(schema),
  interpret: (text, instance) => text === canonicalText(Instance.value(instance)),
  cost: (_, instance) => sizeOf(instance),
};

const multipleOf: Keyword<number> = {
  id: `${base}/multipleOf`,
  compile: async (schema) => Browser.value(schema),
  interpret: (divisor, instance) =>
    Instance.typeOf(instance) !== 'number' || isMultiple(Instance.value(instance), divisor),
};

const uniqueItems: Costly<boolean> = {
  ...getKeyword<boolean>(`${base}/uniqueItems`),
  cost: (_, instance) => sizeOf(instance),
};

const dependentRequired: Costly<readonly (readonly [string, readonly string[]])[]> = {
  ...getKeyword(`${base}/dependentRequired`),
  cost: (compiled) => compiled.reduce((sum, [, names]) => sum + names.length, 0),
};

/** What compiling a pattern takes: far more if it ignores case. */
const costOfCompiling = (source: string) => source.length * (/\(\?\w*i/.test(source) ? 2_000 : 100);

const libraryFormat = getKeyword<string>(formatKeyword);
const format: Costly<string> = {
  ...libraryFormat,
  cost: (name, instance) =>
    name === 'regex' && Instance.typeOf(instance) === 'string'
      ? costOfCompiling(textOf(instance))
      : 0,
  interpret(name, instance, context) {
    if (Instance.typeOf(instance) !== 'string') return true;
    if (textOf(instance).length > MAX_FORMATTED_CHARACTERS) return false;
    try {
      return libraryFormat.interpret(name, instance, context);
    } catch {
      return false; // email throws for some addresses
    }
  },
};

/** One text per JSON value: keys are sorted, and 1.0 is 1. */
export function canonicalText(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: unknown) => {
      if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
      return Object.fromEntries(
        Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)),
      );
    }) ?? ''
  );
}

/** JSON Schema 2020-12, and the two keywords for values as texts. */
export const dialect = 'urn:holdpoint:answer';

const vocabularies = [
  'core',
  'applicator',
  'validation',
  'meta-data',
  'format-annotation',
  'content',
  'unevaluated',
].map((name) => `https://json-schema.org/draft/2020-12/vocab/${name}`);

installKeywords();

/** Replaces the keywords, and cuts the library off from the network and from files. */
function installKeywords(): void {
  for (const scheme of ['http', 'https', 'file']) Browser.removeUriSchemePlugin(scheme);
  setShouldValidateFormat(true);
  setShouldValidateSchema(false); // see checkSchema, which has a limit and tells what is wrong
  addFormat({
    id: 'https://json-schema.org/format/regex',
    handler: (value) => typeof value !== 'string' || patternProblem(value) === undefined,
  });
  for (const keyword of [
    pattern,
    patternProperties,
    additionalProperties,
    enumTexts,
    constText,
    multipleOf,
    uniqueItems,
    dependentRequired,
    format,
  ]) {
    addKeyword(keyword as Keyword<unknown>);
  }
  const texts = 'urn:holdpoint:texts';
  defineVocabulary(texts, { enumTexts: enumKeyword, constText: constKeyword });
  loadDialect(
    dialect,
    Object.fromEntries([...vocabularies, texts].map((vocabulary) => [vocabulary, true])),
    true, // definitions, the old name of $defs, is an unknown keyword
  );
}

/** Whether the validator does anything with a keyword. Others are ignored, as JSON Schema says. */
export function isKnownKeyword(keyword: string): boolean {
  if (keyword in Object.prototype) return false;
  return keyword === 'definitions' || !getKeywordId(keyword, dialect).includes('/unknown#');
}
