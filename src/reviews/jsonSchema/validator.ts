import {
  buildSchemaDocument,
  type CompiledSchema,
  compile,
  getSchema,
  interpret,
} from '@hyperjump/json-schema/experimental';
import * as Instance from '@hyperjump/json-schema/instance/experimental';
import { Evaluation, TooComplexError } from './evaluation.ts';
import { explain } from './explain.ts';
import { dialect } from './keywords.ts';
import { type Problem, SchemaDocument } from './schemaDocument.ts';

// The validator is @hyperjump/json-schema, because it interprets schemas without generating code,
// conforms to all of 2020-12, and is the only such one whose keywords can be replaced and whose
// steps can be counted.

/** Each takes about 60 µs to check and compile. Large forms have a hundred. */
const MAX_SUBSCHEMAS = 1_000;

const metaSchemaUri = 'https://json-schema.org/draft/2020-12/schema';
const documentUri = 'urn:holdpoint:answer-schema';

export type JsonValue = Parameters<typeof Instance.fromJs>[0];
export type Validator = (value: JsonValue) => Problem[];

let metaSchema: Promise<CompiledSchema> | undefined;

/** The validator of a schema, or what is wrong with the schema. */
export async function validatorOf(schema: JsonValue): Promise<Validator | Problem[]> {
  metaSchema ??= getSchema(metaSchemaUri).then(compile);
  const compiledMetaSchema = await metaSchema;
  const subschemas = new Set<string>();
  const problems = check(compiledMetaSchema, schema, (url, { pointer }) => {
    if (url !== `${metaSchemaUri}#`) return;
    subschemas.add(pointer);
    if (subschemas.size > MAX_SUBSCHEMAS) {
      throw new TooComplexError(`too complex: it has more than ${MAX_SUBSCHEMAS} subschemas`);
    }
  });
  if (problems.length > 0) return problems;
  const document = new SchemaDocument(schema, subschemas);
  if (document.problems.length > 0) return document.problems;
  try {
    const compiled = await compiledOf(document);
    return (value) => check(compiled, value);
  } catch (error) {
    return [{ path: '', message: `cannot be used: ${(error as Error).message}` }];
  }
}

async function compiledOf(document: SchemaDocument): Promise<CompiledSchema> {
  const prepared = document.prepared() as Parameters<typeof buildSchemaDocument>[0];
  const built = buildSchemaDocument(prepared, documentUri, dialect);
  const cache = { [documentUri]: built };
  return compile(await getSchema(documentUri, { _cache: cache } as never));
}

function check(
  compiled: CompiledSchema,
  value: JsonValue,
  onSchema?: ConstructorParameters<typeof Evaluation>[0],
): Problem[] {
  const evaluation = new Evaluation(onSchema);
  const { plugins } = compiled.ast;
  // Plugins that are given to `interpret` do not see what `then` and `else` check.
  plugins.add(evaluation);
  try {
    const { valid } = interpret(compiled, Instance.fromJs(value));
    return valid ? [] : explain(evaluation.failures);
  } catch (error) {
    if (!(error instanceof TooComplexError)) throw error;
    return [{ path: '', message: error.message }];
  } finally {
    plugins.delete(evaluation);
  }
}
