import type { RequestListener } from 'node:http';
import type { ProcessMetrics } from './process-metrics.ts';

/** `GET /metrics`, on a port that nobody outside reaches: it asks for no credential. */
export function answerMetrics(metrics: ProcessMetrics): RequestListener {
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    void metrics.text().then((text) => {
      response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      response.end(request.method === 'HEAD' ? undefined : text);
    });
  };
}
