/** Code with all fields that an agent can set. */
export const code = {
  approval_type: 'python_executor',
  step_objective: 'Sum up the report',
  code: "import os\n\n\ndef run(path):\n    # read it\n    os.remove(path)\n    return 'done', 1.5\n",
  analysis_details: {
    approval_reasoning: 'The code deletes a file.',
    safety_level: 'high',
    file_operations: ['delete'],
  },
  execution_mode: 'write',
  safety_concerns: ['Deletes files: os.remove', 'The path is not checked'],
  notebook_path: null,
  notebook_link: 'https://notebooks.example/review.ipynb',
  execution_request: null,
  expected_results: { total: 12.5 },
  execution_folder_path: '/srv/jobs/17',
};

export const plan = {
  approval_type: 'orchestrator_plan',
  execution_plan: {
    steps: [
      { task_objective: 'Load the orders', capability: 'data_loader' },
      { task_objective: 'Find late ones', capability: 'data_analysis', inputs: [{ orders: 's1' }] },
      { capability: 'mailer', success_criteria: null },
    ],
    created_by: 'planner-7',
  },
  plan_file_path: '/var/plans/1.json',
  pending_plans_dir: '/var/plans',
};

export const memory = {
  approval_type: 'memory_update',
  step_objective: 'Remember the meetings',
  content: 'Likes afternoon meetings.\nNever on Fridays.\nBerlin\n',
  operation_type: 'update',
  user_id: 'user-123',
  existing_memory: 'Likes morning meetings.\nBerlin\n',
};

/** Hostile JSON: key order, duplicate keys, digits, odd and foreign letters, HTML. */
export const hostile =
  '{"10":"ten","2":"two","__proto__":{"polluted":true},"constructor":1,"":"empty key",' +
  '"amount":12.50,"am\u043eunt":9000,"to\u200b":"x","to":"ann@ex\u200bample.com",' +
  '"twice":1,"twice":2,"precise":12345678901234567.0001000,' +
  '"user\u202eecilA":"Hello\u202edlrow","html":"<img src=x onerror=alert(1)><script>alert(2)</script>",' +
  '"quoted":"1","list":[[],{}],"lines":"one\\ntwo"}';

/** Markdown that tries what an agent must not be able to do. */
export const hostileMarkdown = `# Mail to **12,000** people

See [the mail](https://example.com/mail/1) and [https://bank.example](https://evil.example/login).

[run](javascript:alert(1)) [data](data:text/html,<b>x</b>) [token](#token=evil) [out](/logout) [slash](//evil.example/x)

![pixel](https://evil.example/p.png) <img src=https://evil.example/q.png onerror=alert(1)> <script>alert(1)</script>

<!-- hidden comment --> <style>body{display:none}</style>

[user](https://bank.example@evil.example/) [idn](https://\u0430pple.com/)

- [x] checked
- [ ] asked

| a | b |
|---|---:|
| 1 | 2 |

turned \u202earound[^1]

[^1]: A note.
`;
