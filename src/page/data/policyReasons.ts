import { PolicyReasonsDocument } from '../generated/graphql.ts';
import type { Service } from './service.ts';

/** The reasons of the rules of one version, by the ID of the rule. */
export type Reasons = ReadonlyMap<string, string | null>;

export const noReasons: Reasons = new Map();

/** The reasons that rules give. A version of the policy never changes, so each is read once. */
export class PolicyReasons {
  readonly #service: Service;
  readonly #versions = new Map<number, Promise<Reasons>>();

  constructor(service: Service) {
    this.#service = service;
  }

  /** The reasons are only an explanation: if they cannot be read, there are none. */
  of(version: number): Promise<Reasons> {
    const known = this.#versions.get(version);
    if (known) return known;
    const read = this.#read(version).catch(() => {
      this.#versions.delete(version);
      return noReasons;
    });
    this.#versions.set(version, read);
    return read;
  }

  clear(): void {
    this.#versions.clear();
  }

  async #read(version: number): Promise<Reasons> {
    const variables = { beforeVersion: version + 1 };
    const { policyHistory } = await this.#service.request(PolicyReasonsDocument, variables);
    const rules = policyHistory.find((found) => found.version === version)?.rules ?? [];
    return new Map(rules.map(({ ruleId, reason }) => [ruleId, reason]));
  }
}
