import { glob } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPolicyFile } from '../../src/cli/policy/policyFile.ts';
import { rulesOfFile } from '../../src/cli/policy/policyText.ts';
import { decisionText, failureOf, subjectOf } from '../../src/cli/policy/testCases.ts';
import { compileRules, evaluate } from '../../src/policy/evaluate.ts';
import { must } from '../people/operations.ts';
import { mustSet, readPolicy, workspace } from '../policy/operations.ts';
import { ask } from '../support/operations.ts';
import { testService } from '../support/testService.ts';

const service = await testService();

const names: string[] = [];
for await (const name of glob('examples/policies/*.yaml')) names.push(name);

const STATUS = { ALLOW: 'APPROVED', REVIEW: 'WAITING', DENY: 'REJECTED' };

it('there are ten examples of policies', () => expect(names.length).toBeGreaterThanOrEqual(10));

describe.each(names.map((name) => ({ name: basename(name), path: name })))(
  'the policy $name',
  ({ name, path }) => {
    it('passes its tests, which cover every rule and every effect', async () => {
      const { rules, tests } = await readPolicyFile(path);
      const compiled = compileRules(rules);
      expect(tests.flatMap((test) => failureOf(test, compiled) ?? [])).toEqual([]);
      const verdicts = tests.map((test) => evaluate(compiled, subjectOf(test)));
      const decided = new Set(verdicts.flatMap(({ ruleIds }) => ruleIds));
      expect(rules.map(({ ruleId }) => ruleId).filter((id) => !decided.has(id))).toEqual([]);
      const effects = new Set(rules.map(({ effect }) => effect));
      expect(new Set(tests.map(({ expect }) => expect))).toEqual(new Set([...effects, 'REVIEW']));
    });

    it('is saved, and decides requests as its tests say', async () => {
      const { engineer, manager, user } = workspace(service);
      const { rules, tests, mode, note } = await readPolicyFile(path);
      // The hook denies what the service does not decide, so this one is of use only in force.
      expect(mode).toBe(name === 'claude-code.yaml' ? 'ENFORCED' : 'SHADOW');
      const teams = rules.flatMap(({ approvalsRequired, escalation }) => [
        ...approvalsRequired.flatMap(({ teamId }) => teamId ?? []),
        ...escalation.flatMap(({ teamIds }) => teamIds),
      ]);
      for (const teamId of new Set(teams)) {
        const actors = ['ada', 'ben', 'cleo'];
        await must(manager, 'setTeam', { teamId, name: teamId, actors });
      }
      await mustSet(engineer, { rules: rulesOfFile(rules), mode: 'ENFORCED', note });
      expect((await readPolicy(engineer))?.rules).toHaveLength(rules.length);

      const compiled = compileRules(rules);
      for (const [at, test] of tests.entries()) {
        // Nobody can ask at another time.
        if (test.now !== undefined) continue;
        const agent = service.as({ user, actor: test.requestedBy, scopes: ['review:request'] });
        const { review, message } = await ask(agent, `test-${at}`, {
          nodeId: test.node,
          graphId: test.graph,
          graphExecId: `run-${at}`,
          payload: test.payload,
          consumers: test.consumers,
        });
        const verdict = decisionText(evaluate(compiled, subjectOf(test)));
        expect(review?.status ?? message, `${verdict}: ${test.name ?? at}`).toBe(
          STATUS[test.expect],
        );
      }
    });
  },
);
