import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../prepare/run.mjs';
import { LATCHKEY } from './images.mjs';
import { NODE, PODS } from './network.mjs';

export const PUBLIC_URL = 'http://localhost:8080';

/**
 * The production overlay as somebody would adapt it: another image, other stores, another address. Besides, the image is never
 * pulled, people and one application are declared, and addresses inside may be told about logouts.
 */
export function writeOverlay(folder, { stores, application, people }) {
  mkdirSync(folder, { recursive: true });
  const write = (name, content) => writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  const [image, tag] = LATCHKEY.split(':');
  const literals = {
    LATCHKEY_PUBLIC_URL: PUBLIC_URL,
    KAFKA_BROKERS: stores.brokers,
    LATCHKEY_TRUSTED_PROXIES: [`${NODE}/32`, PODS].join(','),
    LATCHKEY_OUTBOUND_ALLOW: new URL(application).host,
    // All of the load comes from one address.
    LATCHKEY_SIGN_IN_NETWORK_LIMIT: 1_000_000,
  };
  write('latchkey.yaml', { people, services: [{ id: 'shop', name: 'Shop', urls: [`${application}/shop`] }] });
  const pull = (kind) => ({ target: { kind, labelSelector: 'app.kubernetes.io/name=latchkey' }, patch: JSON.stringify([{ op: 'replace', path: '/spec/template/spec/containers/0/imagePullPolicy', value: 'Never' }]) });
  write('kustomization.yaml', {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: 'latchkey',
    resources: [path.relative(folder, path.join(root, 'k8s', 'overlays', 'production'))],
    images: [{ name: 'registry.example.org/latchkey', newName: image, newTag: tag }],
    configMapGenerator: [
      { name: 'latchkey', behavior: 'merge', literals: Object.entries(literals).map(([name, value]) => `${name}=${value}`) },
      { name: 'declaration', files: ['latchkey.yaml'] },
    ],
    patches: [
      pull('Deployment'),
      pull('Job'),
      { path: 'management.patch.yaml' },
      { target: { kind: 'Ingress' }, patch: JSON.stringify([{ op: 'replace', path: '/spec/rules/0/host', value: 'localhost' }, { op: 'remove', path: '/spec/tls' }]) },
    ],
  });
  write('management.patch.yaml', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'management' },
    spec: {
      template: {
        spec: {
          containers: [
            {
              name: 'room',
              env: [{ name: 'LATCHKEY_APPLY', value: '/run/latchkey/declaration/latchkey.yaml' }],
              volumeMounts: [{ name: 'declaration', mountPath: '/run/latchkey/declaration', readOnly: true }],
            },
          ],
          volumes: [{ name: 'declaration', configMap: { name: 'declaration' } }],
        },
      },
    },
  });
}
