import { JsonText, jsonTextOf, maxNesting } from '@holdpoint/client/json';
import { GraphQLError, Kind, type ValueNode, type VariableNode } from 'graphql';

type Variables = Readonly<Record<string, unknown>> | null | undefined;

/**
 * The exact JSON of a GraphQL literal: numbers as they are written in the document, fields in their
 * order, one that is there twice both times. Variables inside it are put in as exactly; an
 * undefined one is null, and its field is left out, as GraphQL has it for lists and input objects.
 *
 * @throws GraphQLError at an enum value, and at more than 256 levels of lists and objects.
 */
export function jsonOfAst(node: ValueNode, variables?: Variables): JsonText {
  return new JsonText(textOf(node, variables, 0));
}

function textOf(node: ValueNode, variables: Variables, depth: number): string {
  switch (node.kind) {
    case Kind.NULL:
      return 'null';
    case Kind.BOOLEAN:
      return String(node.value);
    case Kind.INT:
    case Kind.FLOAT:
      return node.value;
    case Kind.STRING:
      return JSON.stringify(node.value);
    case Kind.ENUM:
      throw new GraphQLError(`JSON has no enum values: write "${node.value}" in quotes.`, {
        nodes: node,
      });
    case Kind.VARIABLE: {
      const value = variableOf(node, variables);
      return value === undefined ? 'null' : jsonTextOf(value).text;
    }
    case Kind.LIST:
      refuseTooDeep(node, depth);
      return `[${node.values.map((item) => textOf(item, variables, depth + 1)).join()}]`;
    case Kind.OBJECT: {
      refuseTooDeep(node, depth);
      const members: string[] = [];
      for (const { name, value } of node.fields) {
        if (value.kind === Kind.VARIABLE && variableOf(value, variables) === undefined) continue;
        members.push(`${JSON.stringify(name.value)}:${textOf(value, variables, depth + 1)}`);
      }
      return `{${members.join()}}`;
    }
  }
}

function variableOf(node: VariableNode, variables: Variables): unknown {
  const name = node.name.value;
  // GraphQL keeps variables in a plain object, where this one becomes the prototype and is lost.
  if (name === '__proto__') {
    throw new GraphQLError('A variable inside JSON cannot be named __proto__.', { nodes: node });
  }
  return variables != null && Object.hasOwn(variables, name) ? variables[name] : undefined;
}

function refuseTooDeep(node: ValueNode, depth: number): void {
  if (depth < maxNesting) return;
  throw new GraphQLError(`JSON nested deeper than ${maxNesting} levels.`, { nodes: node });
}
