import type { Context, Span } from '@opentelemetry/api';
import { ConfigError } from '../config.ts';
import type { TraceStatement } from '../database/connections.ts';
import { errorCode } from '../dataFolder.ts';
import type { Observed, TraceParent, Watcher } from './observation.ts';

/** How long closing waits for the collector to take the last spans. */
const CLOSE_MS = 1_500;
const FAULTS = new Set(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE']);

/** Finished work. @property startedAt in milliseconds since 1970 */
export type Done = { startedAt: number; attributes: Record<string, string | number> };

/**
 * OpenTelemetry spans of what this process does. They contain names of the schema and of SQL
 * statements, outcomes and counts, never payloads, variables, tokens, workspaces or ids.
 */
export type Tracing = {
  /** Starts the span of a request, as a child of the caller's span if it sent one. */
  begin(parent: TraceParent): Watcher;
  traceStatement: TraceStatement;
  /** Records a span that belongs to no request. */
  done(name: string, done: Done): void;
  close(): Promise<void>;
};

/** Whether OpenTelemetry's standard environment variables turn traces on. */
export function wantsTracing(env: NodeJS.ProcessEnv): boolean {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  const exporter = env['OTEL_TRACES_EXPORTER'];
  if (exporter) return exporter !== 'none';
  return Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']);
}

/**
 * Starts OpenTelemetry, which reads its own environment variables (exporter, endpoint, sampler,
 * propagators, limits). It is loaded only if they turn traces on.
 * @returns null if traces are off
 */
export async function openTracing(env: NodeJS.ProcessEnv): Promise<Tracing | null> {
  if (!wantsTracing(env)) return null;
  const [api, { NodeSDK }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-node'),
  ]).catch((error: unknown) => {
    if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ConfigError(
      'Traces need another package: npm install @opentelemetry/api @opentelemetry/sdk-node',
    );
  });
  const { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api;
  const sdk = new NodeSDK({
    ...(!env['OTEL_SERVICE_NAME'] && { serviceName: 'holdpoint' }),
    metricReaders: [], // metrics are for Prometheus
    logRecordProcessors: [], // logs go to stderr
  });
  sdk.start();
  const tracer = trace.getTracer('holdpoint');

  const failed = (span: Span, error: unknown) => {
    // The code only: a message may quote what the client sent.
    const { code, name } = error as { code?: unknown; name?: unknown };
    span.setAttribute('error.type', String(code ?? name ?? 'unknown'));
    span.setStatus({ code: SpanStatusCode.ERROR });
  };

  return {
    begin(parent) {
      const callers: Context = propagation.extract(ROOT_CONTEXT, parent);
      const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, callers);
      const own = trace.setSpan(callers, span);
      return {
        run: (work) => context.with(own, work),
        end({ operation, outcome, transport }: Observed) {
          span.updateName(operation);
          span.setAttributes({
            'graphql.operation.type': operation.split(' ', 1)[0] ?? '',
            'holdpoint.operation': operation,
            'holdpoint.outcome': outcome,
            'holdpoint.transport': transport,
          });
          if (FAULTS.has(outcome)) failed(span, { code: outcome });
          span.end();
        },
      };
    },
    traceStatement(name, work) {
      // Statements outside of requests, which run every second or so, would drown the rest.
      if (!trace.getActiveSpan()) return work();
      return tracer.startActiveSpan(
        name,
        {
          kind: SpanKind.CLIENT,
          attributes: { 'db.system.name': 'postgresql', 'db.query.summary': name },
        },
        async (span) => {
          try {
            return await work();
          } catch (error) {
            failed(span, error);
            throw error;
          } finally {
            span.end();
          }
        },
      );
    },
    done(name, { startedAt, attributes }) {
      tracer.startSpan(name, { startTime: startedAt, attributes }, ROOT_CONTEXT).end();
    },
    async close() {
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, CLOSE_MS).unref();
      });
      await Promise.race([sdk.shutdown().catch(() => {}), late]);
    },
  };
}
