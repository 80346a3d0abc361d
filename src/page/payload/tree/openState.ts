import { createContext } from 'react';
import type { JsonNode } from '../json/jsonTree.ts';

/** What of the tree around is open at first. */
export const OpenAtFirst = createContext<ReadonlySet<JsonNode>>(new Set());
