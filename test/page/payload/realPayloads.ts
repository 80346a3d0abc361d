/**
 * Payloads in the form that public tools and APIs give them, each with what a reviewer must see to
 * know what an approval will do.
 */
export type RealPayload = {
  readonly name: string;
  readonly payload: unknown;
  /** What must be seen without opening a fold. */
  readonly sees: readonly (string | RegExp)[];
  readonly tags?: readonly string[];
};

/** An image of 240 × 120 pixels: two stripes. */
export const png =
  'iVBORw0KGgoAAAANSUhEUgAAAPAAAAB4CAIAAABD1OhwAAABA0lEQVR42u3SAQ0AMAjAMMRcxnWgDze3cwn4gCZVsCxOPhgjJMDQYGgwNBgaQ4OhwdBgaDA0hgZDg6HB0GBoDA2GBkODocHQGBoMDYYGQ4OhMTQYGgwNhgZDY2gwNBgaDA2GxtBgaDA0GBpDg6HB0GBoMDSGBkODocHQYGgMDYYGQ4OhwdAYGgwNhgZDg6FZMPSvC2MYGkODocHQYGgMDYYGQ4OhwdAYGgwNhgZDg6ExNBgaDA2GBkNjaDA0GBoMDYbG0GBoMDQYGgyNocHQYGgwNBgaQ4OhwdBgaAytAoYGQ4OhwdAYGgwNhgZDg6ExNBgaDA2GBkNjaDA0GBoMDYZmgQbjaKVGOUWUIgAAAABJRU5ErkJggg==';

const diff = `diff --git a/src/billing/invoice.ts b/src/billing/invoice.ts
index 83db48f..bf269f4 100644
--- a/src/billing/invoice.ts
+++ b/src/billing/invoice.ts
@@ -12,9 +12,10 @@ export function totalOf(invoice: Invoice): Money {
   const lines = invoice.lines.filter((line) => !line.isVoid);
   let total = zero(invoice.currency);
   for (const line of lines) {
-    total = add(total, multiply(line.price, line.quantity));
+    const price = line.discounted ?? line.price;
+    total = add(total, multiply(price, line.quantity));
   }
-  return round(total, 2);
+  return roundHalfEven(total, 2);
 }
 
 export function isPaid(invoice: Invoice): boolean {
diff --git a/src/billing/legacyRounding.ts b/src/billing/legacyRounding.ts
deleted file mode 100644
index 2c5e7a1..0000000
--- a/src/billing/legacyRounding.ts
+++ /dev/null
@@ -1,4 +0,0 @@
-/** Rounds half up, as invoices before 2021 did. */
-export function roundHalfUp(value: number): number {
-  return Math.floor(value * 100 + 0.5) / 100;
-}
diff --git a/test/billing/invoice.test.ts b/test/billing/invoice.test.ts
new file mode 100644
index 0000000..9f1c0aa
--- /dev/null
+++ b/test/billing/invoice.test.ts
@@ -0,0 +1,3 @@
+test('a discounted line counts with its discount', () => {
+  expect(totalOf(discounted)).toEqual(eur('17.50'));
+});
`;

const manifests = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
  namespace: payments
spec:
  replicas: 6
  strategy:
    rollingUpdate:
      maxUnavailable: 0
  template:
    spec:
      containers:
        - name: checkout
          image: registry.example.com/payments/checkout:2.14.0
          resources:
            limits: { cpu: "1", memory: 512Mi }
          env:
            - name: FEATURE_INSTANT_REFUNDS
              value: "true"
---
apiVersion: v1
kind: Service
metadata:
  name: checkout
  namespace: payments
spec:
  type: LoadBalancer
  ports:
    - port: 443
      targetPort: 8443
`;

const mailHtml = `<!DOCTYPE html>
<html><head><style>.preheader{display:none}</style></head>
<body style="font-family:Helvetica,Arial,sans-serif">
<span class="preheader">Your plan changes on 1 December</span>
<table width="600" align="center" cellpadding="8"><tr><td>
<h1>Your plan is changing</h1>
<p>Dear Ms Okafor,</p>
<p>From <b>1 December 2026</b> the Team plan costs <b>€49 per month</b> instead of €39.
You can <a href="https://billing.example.com/plans?utm_source=mail">keep your price for a year</a>
until 30 November.</p>
<ul><li>nothing changes in what is included</li><li>invoices stay monthly</li></ul>
<p><img src="https://tracking.example.net/open.gif?id=123" alt="" width="1" height="1"></p>
</td></tr></table></body></html>`;

const migration = `BEGIN;

-- Orders keep the e-mail address of the customer at the time of the order.
ALTER TABLE orders ADD COLUMN customer_email text;

UPDATE orders SET customer_email = customers.email
  FROM customers WHERE customers.id = orders.customer_id;

ALTER TABLE orders ALTER COLUMN customer_email SET NOT NULL;
DROP TABLE legacy_order_contacts;

COMMIT;
`;

const pullRequest = `## What

Refunds below **20 EUR** are paid out at once, without waiting for the nightly batch.

## Why

- support answers 300 questions a week about pending refunds
- the batch fails about once a month, see [the incident](https://status.example.com/incidents/2291)

## Risk

1. A refund could be paid twice if the worker restarts: \`idempotencyKey\` is checked first.
2. The batch stays, for everything above the limit.
`;

const csv = `email,first_name,plan,monthly_fee,starts_on
ada@example.com,Ada,team,49.00,2026-12-01
"okafor, n@example.com",Ngozi,business,99.00,2026-12-01
li@example.com,Li,team,49.00,2026-12-01
sam@example.com,Sam,enterprise,1250.00,2027-01-01
`;

/** A message as a mail program sends it: in parts, each encoded in another way. */
export const rawMessage = [
  'Received: from desk.example.com (desk.example.com [192.0.2.7]) by mx.example.com',
  'From: =?UTF-8?Q?Z=C3=BCrich_Support?= <support@example.com>',
  'To: Ngozi Okafor <n.okafor@example.com>',
  'Cc: archive@example.com',
  'Subject: =?UTF-8?B?UmVmdW5kIG9mIOKCrDEsMjk5LjAw?=',
  'Date: Fri, 27 Nov 2026 09:14:00 +0100',
  'Message-ID: <88213@desk.example.com>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="outer"',
  '',
  '--outer',
  'Content-Type: multipart/alternative; boundary="inner"',
  '',
  '--inner',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Dear Ms Okafor,',
  '',
  'we refund =E2=82=AC1,299.00 to your card. It takes up to five working days=',
  ' to arrive.',
  '--inner',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('<p>Dear Ms Okafor,</p><p>we refund <b>€1,299.00</b> to your card.</p>').toString(
    'base64',
  ),
  '--inner--',
  '--outer',
  'Content-Type: application/pdf',
  'Content-Disposition: attachment; filename="credit-note-88213.pdf"',
  'Content-Transfer-Encoding: base64',
  '',
  ...(Buffer.from(`%PDF-1.7 ${'x'.repeat(2_400)}`)
    .toString('base64')
    .match(/.{1,76}/g) ?? []),
  '--outer--',
  '',
].join('\r\n');

export const realPayloads: readonly RealPayload[] = [
  {
    name: 'stripe-refund',
    payload: {
      charge: 'ch_3PqXkL2eZvKYlo2C1rA9T0bQ',
      amount: 129900,
      currency: 'eur',
      reason: 'requested_by_customer',
      refund_application_fee: false,
      metadata: { order_id: 'ORD-20418', customer: 'ada@example.com', ticket: '88213' },
      created: 1795000000,
      receipt_url: 'https://pay.stripe.com/receipts/acct_1032D82eZvKYlo2C/ch_3PqXkL',
    },
    sees: [
      '129900',
      '1,299.00 EUR if cents',
      'ch_3PqXkL2eZvKYlo2C1rA9T0bQ',
      'ORD-20418',
      'pay.stripe.com',
    ],
  },
  {
    name: 'kubernetes',
    payload: { cluster: 'prod-eu-1', action: 'apply', manifest: manifests },
    sees: [
      'prod-eu-1',
      'apply',
      '2 objects',
      /Deployment\s+checkout\s+in namespace\s+payments/,
      'checkout:2.14.0',
      'LoadBalancer',
    ],
  },
  {
    name: 'unified-diff',
    payload: {
      repository: 'acme/shop',
      branch: 'main',
      commit_message: 'Count discounts',
      patch: diff,
    },
    sees: [
      'acme/shop',
      '3 files changed',
      'src/billing/invoice.ts',
      'deleted',
      'new file',
      'roundHalfEven(total, 2)',
    ],
  },
  {
    name: 'github-pull-request',
    payload: {
      owner: 'acme',
      repo: 'shop',
      pull_number: 482,
      title: 'Pay small refunds at once',
      head: 'instant-refunds',
      base: 'main',
      merge_method: 'squash',
      html_url: 'https://github.com/acme/shop/pull/482',
      body: pullRequest,
      labels: ['payments', 'needs-review'],
      draft: false,
    },
    sees: [
      '482',
      'Pay small refunds at once',
      'squash',
      'github.com',
      'Refunds below 20 EUR are paid out at once',
    ],
  },
  {
    name: 'smtp-message',
    payload: {
      from: 'billing@example.com',
      to: ['n.okafor@example.com'],
      bcc: ['archive@example.com'],
      subject: 'Your plan is changing on 1 December',
      text: 'Dear Ms Okafor,\n\nfrom 1 December 2026 the Team plan costs €49 per month instead of €39.\n',
      html: mailHtml,
      headers: { 'X-Campaign': 'price-2026-12', 'List-Unsubscribe': '<https://example.com/u/1>' },
    },
    sees: [
      'billing@example.com',
      'n.okafor@example.com',
      'archive@example.com',
      'Your plan is changing on 1 December',
      'the Team plan costs €49 per month',
      'X-Campaign',
    ],
  },
  {
    name: 'raw-message',
    payload: { userId: 'me', raw: Buffer.from(rawMessage).toString('base64url') },
    sees: [
      'Zürich Support <support@example.com>',
      'Ngozi Okafor <n.okafor@example.com>',
      'Refund of €1,299.00',
      'It takes up to five working days to arrive.',
      'credit-note-88213.pdf',
      'application/pdf',
      '2 KB',
      '88213@desk.example.com',
    ],
  },
  {
    name: 'sql-migration',
    payload: {
      database: 'shop-production',
      host: 'db-1.internal',
      sql: migration,
      timeout_ms: 30000,
    },
    sees: [
      'shop-production',
      'DROP TABLE legacy_order_contacts',
      'ALTER TABLE orders ADD COLUMN customer_email',
    ],
  },
  {
    name: 'shell-pipeline',
    payload: {
      command:
        "find /var/lib/backups -name '*.tar.gz' -mtime +30 -print0 | xargs -0 -r rm -v | tee /var/log/backup-cleanup.log",
      cwd: '/var/lib/backups',
      host: 'backup-2.internal',
      timeout: 600,
    },
    sees: [
      "find /var/lib/backups -name '*.tar.gz' -mtime +30 -print0 | xargs -0 -r rm -v",
      'backup-2.internal',
    ],
  },
  {
    name: 'slack-message',
    payload: {
      channel: '#incidents',
      text: 'Payments are back. 214 orders were delayed; nobody was charged twice.',
      thread_ts: '1795012345.002900',
      unfurl_links: false,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Payments are back' } },
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: '*214 orders* were delayed; nobody was charged twice.\nNext update at 16:00 UTC.',
          },
        },
      ],
    },
    sees: ['#incidents', 'Payments are back. 214 orders were delayed', 'Next update at 16:00 UTC.'],
  },
  {
    name: 'calendar-invitation',
    payload: {
      calendarId: 'primary',
      sendUpdates: 'all',
      summary: 'Contract review with Northwind',
      location: 'Room 4, Berlin',
      start: { dateTime: '2026-12-03T14:00:00+01:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2026-12-03T15:30:00+01:00', timeZone: 'Europe/Berlin' },
      attendees: [
        { email: 'kim@northwind.example', responseStatus: 'needsAction' },
        { email: 'ada@example.com', responseStatus: 'accepted', organizer: true },
        { email: 'legal@example.com', optional: true },
      ],
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'],
    },
    sees: [
      'Contract review with Northwind',
      'Thu, 3 Dec 2026, 14:00 (+01:00), here 13:00 UTC',
      'kim@northwind.example',
      'RRULE:FREQ=WEEKLY;COUNT=4',
      'every week, 4 times',
    ],
  },
  {
    name: 'invoice',
    payload: {
      invoice_number: 'INV-2026-1174',
      customer: { name: 'Northwind GmbH', vat_id: 'DE811907980', country: 'DE' },
      issue_date: '2026-11-28',
      due_date: '2026-12-28',
      currency: 'EUR',
      lines: [
        { description: 'Team plan, December', quantity: 12, unit_price: 4900, tax_rate: '19%' },
        { description: 'Onboarding workshop', quantity: 1, unit_price: 180000, tax_rate: '19%' },
        { description: 'Credit for outage', quantity: 1, unit_price: -25000, tax_rate: '19%' },
      ],
      subtotal: 213800,
      tax: 40622,
      total: 254422,
    },
    sees: [
      'INV-2026-1174',
      '2,544.22 EUR',
      'Grey amounts are right if the numbers are cents.',
      'Northwind GmbH',
      'Onboarding workshop',
      '-250.00 EUR',
      /Mon, 28 Dec 2026/,
    ],
  },
  {
    name: 'dns-change',
    payload: {
      HostedZoneId: 'Z2FDTNDATAQYW2',
      ChangeBatch: {
        Comment: 'Move the shop to the new load balancer',
        Changes: [
          {
            Action: 'UPSERT',
            ResourceRecordSet: {
              Name: 'shop.example.com.',
              Type: 'A',
              TTL: 60,
              ResourceRecords: [{ Value: '203.0.113.17' }],
            },
          },
          {
            Action: 'DELETE',
            ResourceRecordSet: {
              Name: 'old-shop.example.com.',
              Type: 'CNAME',
              TTL: 300,
              ResourceRecords: [{ Value: 'lb-7.example.net.' }],
            },
          },
        ],
      },
    },
    sees: ['UPSERT', 'shop.example.com.', '203.0.113.17', 'DELETE', 'old-shop.example.com.'],
  },
  {
    name: 'iam-policy',
    payload: {
      RoleName: 'ci-deployer',
      PolicyName: 'deploy-artifacts',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Artifacts',
            Effect: 'Allow',
            Action: ['s3:GetObject', 's3:PutObject'],
            Resource: 'arn:aws:s3:::acme-artifacts/*',
          },
          { Sid: 'Everything', Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' },
        ],
      },
    },
    sees: ['ci-deployer', 's3:PutObject', 'arn:aws:s3:::acme-artifacts/*', 'iam:PassRole'],
  },
  {
    name: 'csv-import',
    payload: { target: 'crm.contacts', mode: 'upsert', filename: 'contacts.csv', content: csv },
    sees: ['crm.contacts', 'upsert', '4 rows, 5 columns', 'okafor, n@example.com', '1250.00'],
  },
  {
    name: 'pdf',
    payload: {
      action: 'send_for_signature',
      signer: 'kim@northwind.example',
      document: {
        $attachment: `sha256:${'b4'.repeat(32)}`,
        name: 'northwind-contract-2027.pdf',
      },
      expires_at: '2026-12-12T23:59:00Z',
    },
    sees: [
      'kim@northwind.example',
      'northwind-contract-2027.pdf',
      'application/pdf',
      '483 KB',
      /Sat, 12 Dec 2026|Sun, 13 Dec 2026/,
    ],
  },
  {
    name: 'image',
    payload: {
      platform: 'mastodon',
      status: 'Our new office is open. Come by on Thursday!',
      visibility: 'public',
      media: { mimeType: 'image/png', filename: 'office.png', data: png },
      alt_text: 'A blue and an orange stripe',
    },
    sees: ['Our new office is open', 'public', 'office.png', 'image/png'],
  },
  {
    name: 'tool-call-40-arguments',
    payload: {
      tool: 'provision_database',
      arguments: {
        ...Object.fromEntries(
          Array.from({ length: 34 }, (_, at) => [
            `setting_${at + 1}`,
            at % 3 === 0 ? at * 128 : `value ${at}`,
          ]),
        ),
        engine: 'postgres',
        version: '18.4',
        deletion_protection: false,
        public_access: true,
        tags: ['team:shop', 'env:prod'],
        monthly_cost: 184000,
      },
    },
    sees: [
      'provision_database',
      'deletion_protection',
      'public_access',
      'env:prod',
      '1,840.00 if cents',
    ],
  },
];

/** The attachments that these payloads name. */
export const attachedFiles = [
  {
    digest: `sha256:${'b4'.repeat(32)}`,
    mediaType: 'application/pdf',
    bytes: 482_912,
    path: '/attachments/pdf',
  },
];
