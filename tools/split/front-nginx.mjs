import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { endProcess, guard, lastLines } from '../services/processes.mjs';
import { DEFAULT_ROOM } from './front.mjs';

/**
 * Each request goes to a replica at random, over a connection of its own; where nobody listens, to the next one. A request that
 * was sent is repeated only if its method says that this is harmless.
 */
export async function nginxFront({ nginx, folder, port, routes }) {
  const home = path.join(folder, 'nginx');
  mkdirSync(home, { recursive: true });
  const file = path.join(home, 'nginx.conf');
  const errors = path.join(home, 'error.log');
  writeFileSync(file, configuration({ home, errors, port, routes }));
  const child = spawn(nginx, ['-p', home, '-c', file, '-e', errors], { stdio: 'ignore', detached: true });
  child.once('error', () => {});
  const release = guard(child, 'TERM');
  const gone = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  return {
    gone,
    fault: () => (existsSync(errors) ? lastLines(readFileSync(errors, 'utf8'), 5) : ''),
    stop: async () => {
      if (!gone()) await endProcess(child.pid, { ms: 5_000 });
      release();
    },
  };
}

function configuration({ home, errors, port, routes }) {
  const pass = (room) => `proxy_pass http://${room};`;
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${path.join(home, 'nginx.pid')};
error_log ${errors} warn;
events { worker_connections 4096; }
http {
  access_log off;
  server_tokens off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${path.join(home, name)};`).join('\n')}
${routes.map(({ room, ports }) => `  upstream ${room} {\n    random;\n${ports.map((each) => `    server 127.0.0.1:${each} max_fails=0;\n`).join('')}  }`).join('\n')}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    client_max_body_size 2m;
    large_client_header_buffers 4 32k;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_connect_timeout 1s;
    proxy_read_timeout 10s;
    proxy_next_upstream error timeout;
    proxy_next_upstream_timeout 15s;
    proxy_buffer_size 32k;
    proxy_buffers 8 32k;
    location / { ${pass(DEFAULT_ROOM)} }
    location = /health/ready { return 404; }
    location = /health/live { return 404; }
${routes.flatMap(({ room, paths }) => paths.flatMap((each) => [`    location = ${each} { ${pass(room)} }`, `    location ${each}/ { ${pass(room)} }`])).join('\n')}
  }
}
`;
}
