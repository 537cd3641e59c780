import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { settingNames, splitConfig } from '@latchkey/runtime';
import type { z } from 'zod';
import { makeKeys } from '../apps/all-in-one/src/commands/keys.ts';
import { migrateConfig } from '../apps/all-in-one/src/commands/migrate.ts';
import { ROOMS_IN_ORDER } from '../apps/all-in-one/src/rooms.ts';

/** What Kubernetes gets: the objects that Kustomize makes of k8s/, held against what the rooms are. */

interface Manifest {
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  data?: Record<string, string>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  spec: any;
}
interface Container {
  name: string;
  image: string;
  command: string[];
  env?: { name: string; value: string }[];
  envFrom?: { configMapRef: { name: string } }[];
  ports?: { name: string; containerPort: number }[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [field: string]: any;
}

const tool = (name: string): Promise<unknown> => import(new URL(`../tools/k8s/${name}.mjs`, import.meta.url).href);
const { manifests } = (await tool('render')) as { manifests(folder: string): Promise<Manifest[]> };
const { secrets } = (await tool('secrets')) as {
  secrets(options: object): { metadata: { name: string }; stringData: Record<string, string> }[];
};

const DRAIN_END_SECONDS = 20;
const SECRET_SETTINGS = ['LATCHKEY_COOKIE_KEY', 'LATCHKEY_FORM_KEY', 'LATCHKEY_KEK', 'LATCHKEY_SERVICE_KEY', 'DATABASE_URL', 'REDIS_URL'];
/** What applications ask of CAS without a person before them (CAS Protocol 3.0 §2.4 to §2.8). */
const VALIDATION = ['/cas/serviceValidate', '/cas/proxyValidate', '/cas/validate', '/cas/proxy', '/cas/samlValidate', '/cas/p3'];

let made: { metadata: { name: string }; stringData: Record<string, string> }[];
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-secrets-'));
  await makeKeys(folder, { database: 'postgres:5432/latchkey' }, () => {});
  made = secrets({ folder, namespace: 'latchkey', redisUrl: 'redis://redis:6379', adminDatabaseUrl: 'postgres://admin@postgres:5432/latchkey', postgresPassword: 'x' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['base', 'overlays/dev', 'overlays/production'])('k8s/%s', (name) => {
  let all: Manifest[];
  const of = (kind: string): Manifest[] => all.filter((each) => each.kind === kind);
  const called = (kind: string, which: string): Manifest => of(kind).find((each) => each.metadata.name === which)!;
  const deployments = (): Manifest[] => of('Deployment').filter(isRoom);
  const isRoom = ({ metadata }: Manifest): boolean => metadata.labels?.['room'] !== undefined;
  const containerOf = (each: Manifest): Container => each.spec.template.spec.containers[0];
  const definitionOf = (each: Manifest): (typeof ROOMS_IN_ORDER)[number] => ROOMS_IN_ORDER.find(({ room }) => room === each.metadata.labels!['room'])!;
  const settings = ({ data }: Manifest): Record<string, string> => data!;

  beforeAll(async () => {
    all = await manifests(`k8s/${name}`);
  });

  it('every room is deployed by its own entry, cas twice', () => {
    const entries = deployments().map((each) => containerOf(each).command.join(' '));
    expect(entries.sort()).toEqual([...ROOMS_IN_ORDER.map(({ room }) => room), 'cas'].map((room) => `node apps/${room}/dist/main.js`).sort());
  });

  it('every container is nobody, on a file system that it cannot write, with nothing to gain, and with an end to its memory', () => {
    for (const { metadata, spec } of [...of('Deployment'), ...of('Job')]) {
      const pod = spec.template.spec;
      const where = metadata.name;
      expect({ where, ...pod.securityContext }).toMatchObject({ where, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect({ where, uid: pod.securityContext.runAsUser > 0 }).toEqual({ where, uid: true });
      expect({ where, ...pod }).toMatchObject({ where, automountServiceAccountToken: false, enableServiceLinks: false });
      expect(['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => pod[field])).toEqual([]);
      for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
        expect({ where, ...container.securityContext }).toEqual({
          where,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(container.resources.requests).sort()).toEqual(['cpu', 'memory']);
        // A limit of CPU only delays; a limit of memory keeps a leak to itself.
        expect(Object.keys(container.resources.limits)).toEqual(['memory']);
      }
    }
  });

  it('live is another question than ready, and both are asked at the internal port', () => {
    for (const each of deployments()) {
      const { livenessProbe, readinessProbe, startupProbe } = containerOf(each);
      expect(livenessProbe.httpGet).toEqual({ path: '/health/live', port: 'internal' });
      expect(startupProbe.httpGet).toEqual(livenessProbe.httpGet);
      expect(readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'internal' });
    }
  });

  it('a rolling update never has fewer than before, and nobody is cut before the drain is over', () => {
    for (const each of deployments()) {
      expect(each.spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
      const drain = Number(settings(called('ConfigMap', containerOf(each).envFrom![0]!.configMapRef.name))['LATCHKEY_DRAIN_SECONDS']);
      expect(each.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(drain + DRAIN_END_SECONDS);
    }
  });

  it('every setting that is given is one of the room, and every one that it requires is given', () => {
    for (const each of deployments()) {
      const container = containerOf(each);
      const shared = settings(called('ConfigMap', container.envFrom![0]!.configMapRef.name));
      const given = [...Object.keys(shared), ...container.env!.map((variable) => variable.name.replace(/_FILE$/, ''))];
      const room = definitionOf(each).config as unknown as z.ZodObject;
      const known = [...settingNames(splitConfig), ...settingNames(room)];
      expect(given.filter((setting) => !known.includes(setting))).toEqual([]);
      const required = [splitConfig, room].flatMap((schema) => settingNames(schema).filter((setting) => !(schema as z.ZodObject).shape[setting]!.safeParse(undefined).success));
      expect(required.filter((setting) => !given.includes(setting))).toEqual([]);
      if (known.includes('LATCHKEY_KEK')) expect(given).toContain('LATCHKEY_KEK');
    }
  });

  it('the migration gets every setting of its own, has the name of its release, and its image', () => {
    const [job] = of('Job');
    const container = containerOf(job!);
    expect(container.command).toEqual(['node', 'apps/all-in-one/dist/latchkey.js', 'migrate']);
    expect(container.env!.map((variable) => variable.name.replace(/_FILE$/, '')).sort()).toEqual(settingNames(migrateConfig).sort());
    expect([...new Set([...deployments(), job!].map((each) => containerOf(each).image))]).toEqual([container.image]);
    if (name !== 'base') expect(job!.metadata.name).toBe(`migrate-${container.image.split(':').at(-1)}`);
  });

  it('no secret stands in a manifest: each is a file of a Secret, and those that are made have every file', () => {
    expect(of('Secret')).toEqual([]);
    for (const map of of('ConfigMap')) expect(Object.keys(settings(map)).filter((setting) => SECRET_SETTINGS.includes(setting))).toEqual([]);
    for (const each of [...deployments(), ...of('Job')]) {
      const container = containerOf(each);
      const held = new Map<string, string[]>();
      for (const { name: volume, secret } of each.spec.template.spec.volumes) {
        const mount = container['volumeMounts'].find((one: { name: string }) => one.name === volume);
        expect(secret.defaultMode).toBe(0o440);
        held.set(mount.mountPath, Object.keys(made.find(({ metadata }) => metadata.name === secret.secretName)!.stringData));
      }
      for (const variable of container.env!) {
        if (SECRET_SETTINGS.includes(variable.name)) throw new Error(`${each.metadata.name}: ${variable.name} stands in clear`);
        const at = variable.value.lastIndexOf('/');
        expect(held.get(variable.value.slice(0, at)) ?? []).toContain(variable.value.slice(at + 1));
      }
    }
  });

  it('a room sees no other one’s secrets', () => {
    for (const each of deployments()) {
      const names = each.spec.template.spec.volumes.map((volume: { secret: { secretName: string } }) => volume.secret.secretName);
      expect(names.sort()).toEqual([`latchkey-${definitionOf(each).room}`, 'latchkey-shared'].sort());
    }
  });

  it('every Service finds exactly one Deployment and ports that it has; every room answers by its own name', () => {
    for (const { metadata, spec } of of('Service')) {
      const found = of('Deployment').filter((each) => matches(spec.selector, each.spec.template.metadata.labels));
      expect({ service: metadata.name, found: found.map((each) => each.metadata.name) }).toEqual({ service: metadata.name, found: [metadata.name] });
      const ports = containerOf(found[0]!).ports!.map((port) => port.name);
      for (const port of spec.ports) expect(ports).toContain(port.targetPort);
    }
    for (const each of of('Deployment')) expect(matches(each.spec.selector.matchLabels, each.spec.template.metadata.labels)).toBe(true);
    for (const { room } of ROOMS_IN_ORDER) expect(called('Service', room).spec.ports).toContainEqual({ name: 'internal', port: 8090, targetPort: 'internal' });
  });

  it('the ingress leads where the rooms say, sends validation apart, and leads nowhere else', () => {
    const [ingress] = of('Ingress');
    const { http } = ingress!.spec.rules[0];
    const led = http.paths.map((each: { path: string; backend: { service: { name: string; port: object } } }) => [each.path, each.backend.service.name]);
    const expected = [
      ...ROOMS_IN_ORDER.flatMap(({ room, paths }) => paths.map((path) => [path, room])),
      ...VALIDATION.map((path) => [path, 'cas-validate']),
      ['/', 'cas'],
    ];
    expect(led.sort()).toEqual(expected.sort());
    for (const each of http.paths) {
      expect(each.pathType).toBe(each.path === '/' ? 'Exact' : 'Prefix');
      expect(each.backend.service.port).toEqual({ name: 'public' });
    }
    const url = new URL(settings(of('ConfigMap')[0]!)['LATCHKEY_PUBLIC_URL']!);
    expect(ingress!.spec.rules[0].host).toBe(url.hostname);
    expect(ingress!.spec.tls?.[0]?.hosts).toEqual(url.protocol === 'https:' ? [url.hostname] : undefined);
  });

  it('nothing goes in or out unless a policy names it: the internal port from rooms and metrics, https out of the two that deliver', () => {
    const policies = of('NetworkPolicy').map(({ spec }) => spec);
    expect(policies).toContainEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    for (const each of deployments()) {
      const { room, paths } = definitionOf(each);
      const mine = policies.filter(({ podSelector }) => selects(podSelector, each.spec.template.metadata.labels));
      const into = mine.flatMap((policy) => policy.ingress ?? []);
      const out = mine.flatMap((policy) => policy.egress ?? []);
      const portsOf = (rules: { ports: { port: number }[] }[]): number[] => [...new Set(rules.flatMap(({ ports }) => ports.map(({ port }) => port)))].sort((one, other) => one - other);
      const delivers = room === 'cas' || room === 'token-issuer';
      expect(portsOf(into)).toEqual(paths.length > 0 ? [8080, 8090] : [8090]);
      expect(portsOf(out)).toEqual([53, ...(delivers ? [443] : []), 5432, 6379, 8090, 9092]);
      for (const { from } of into) expect(from.length).toBeGreaterThan(0);
      for (const { to } of out) expect(to.length).toBeGreaterThan(0);
      const internal = into.filter((rule) => portsOf([rule]).includes(8090)).flatMap(({ from }) => from);
      expect(internal).toEqual([
        { podSelector: { matchExpressions: [{ key: 'room', operator: 'Exists' }] } },
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
      ]);
      for (const { ipBlock } of out.filter((rule) => portsOf([rule]).includes(443)).flatMap(({ to }) => to)) expect(ipBlock.except.length).toBeGreaterThan(0);
    }
  });

  it('what runs more than once may lose only one at a time, and is scaled from two up', () => {
    for (const each of deployments()) {
      const { name: called_ } = each.metadata;
      const scalers = of('HorizontalPodAutoscaler').filter(({ spec }) => spec.scaleTargetRef.name === called_);
      const budgets = of('PodDisruptionBudget').filter(({ spec }) => matches(spec.selector.matchLabels, each.spec.template.metadata.labels));
      // A number here would undo the autoscaler's with every deployment.
      expect(each.spec.replicas).toBeUndefined();
      expect(scalers.map(({ spec }) => spec.minReplicas)).toEqual(name === 'overlays/production' ? [2] : []);
      expect(budgets.map(({ spec }) => spec.maxUnavailable)).toEqual(name === 'overlays/production' ? [1] : []);
    }
  });

  it('metrics are read from every room', () => {
    for (const { spec } of of('ServiceMonitor')) {
      const found = of('Service').filter((each) => matches(spec.selector.matchLabels, each.metadata.labels!));
      expect(found.map((each) => each.metadata.name).sort()).toEqual(deployments().map((each) => each.metadata.name).sort());
      for (const { port } of spec.endpoints) for (const each of found) expect(each.spec.ports.map((one: { name: string }) => one.name)).toContain(port);
    }
    expect(of('ServiceMonitor')).toHaveLength(name === 'overlays/production' ? 1 : 0);
  });
});

function matches(selector: Record<string, string>, labels: Record<string, string>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function selects(selector: { matchLabels?: Record<string, string>; matchExpressions?: { key: string; operator: string; values?: string[] }[] }, labels: Record<string, string>): boolean {
  return (
    matches(selector.matchLabels ?? {}, labels) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'In') return value !== undefined && values!.includes(value);
      throw new Error(`unknown operator ${operator}`);
    })
  );
}
