import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connects } from '../../services/processes.mjs';
import { Daemon } from './daemon.mjs';
import { PUBLIC_URL } from './overlay.mjs';

/** What an ingress controller would do with the Ingress of this cluster: nginx with a location for each path, to its Service. */
export async function startIngress({ kubectl, folder }) {
  const { spec } = await kubectl.get('ingress', 'latchkey', '-n', 'latchkey');
  const { items } = await kubectl.get('services', '-n', 'latchkey');
  const addressOf = ({ name, port }) => {
    const service = items.find(({ metadata }) => metadata.name === name);
    return `${service.spec.clusterIP}:${service.spec.ports.find((each) => each.name === port.name).port}`;
  };
  const locations = spec.rules[0].http.paths.flatMap(({ path: prefix, pathType, backend }) => {
    const to = `{ proxy_pass http://${addressOf(backend.service)}; }`;
    return pathType === 'Exact' ? [`location = ${prefix} ${to}`] : [`location = ${prefix} ${to}`, `location ${prefix}/ ${to}`];
  });
  const file = path.join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, locations));
  mkdirSync(path.join(folder, 'temporary'));
  const nginx = new Daemon('nginx', folder, 'nginx', ['-p', folder, '-c', file, '-e', path.join(folder, 'error.log')]);
  await nginx.ready(() => connects(Number(new URL(PUBLIC_URL).port)));
  return { url: PUBLIC_URL };
}

function configuration(folder, locations) {
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/temporary/${name};`);
  return `daemon off;
user root;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 2048; }
http {
  access_log off;
  ${places.join('\n  ')}
  server {
    listen 127.0.0.1:${new URL(PUBLIC_URL).port};
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_connect_timeout 5s;
    location / { return 404; }
    ${locations.join('\n    ')}
  }
}
`;
}
