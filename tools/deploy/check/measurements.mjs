import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { built } from '../../docs/rooms.mjs';
import { root } from '../../prepare/run.mjs';

/** Metrics and labels that the dashboard or an alert names and no room has, and alerts nobody could act on. */
export async function measurementFaults() {
  const { METRICS, processMetrics } = await built('libs/runtime');
  const defaults = (await processMetrics().text()).match(/^# TYPE \S+/gm).map((line) => line.slice('# TYPE '.length));
  const look = (where, expression) => faultsOf(expression, METRICS, new Set(['up', ...defaults])).map((fault) => `${where}: ${fault}`);
  return [...alerts(look), ...panels(look)];
}

function alerts(look) {
  const file = 'deploy/prometheus/alerts.yml';
  const { groups } = parse(readFileSync(path.join(root, file), 'utf8'));
  return groups
    .flatMap(({ rules }) => rules)
    .flatMap(({ alert, expr, labels = {}, annotations = {} }) => [
      ...look(`${file}: ${alert}`, expr),
      ...(['page', 'ticket'].includes(labels.severity) ? [] : [`${file}: ${alert} has no severity`]),
      ...(annotations.summary && annotations.what ? [] : [`${file}: ${alert} does not say what it means`]),
    ]);
}

function panels(look) {
  const file = 'deploy/grafana/dashboards/latchkey.json';
  const dashboard = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  return dashboard.panels.flatMap(({ title, targets = [] }) => targets.flatMap(({ expr }) => look(`${file}: ${title}`, expr)));
}

// PromQL's own words that are followed by no parenthesis, and the labels that Prometheus adds.
const ADDED = ['job', 'instance', 'service', 'le'];

function faultsOf(expression, metrics, others) {
  const names = [...expression.matchAll(/\b((?:latchkey|process|nodejs)_\w+|up)\b(?!\s*\()/g)].map(([, name]) => name);
  const ownName = (name) => (name in metrics || others.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''));
  const unknown = names.filter((name) => !(ownName(name) in metrics) && !others.has(ownName(name)));
  const labels = new Set(names.flatMap((name) => Object.keys(metrics[ownName(name)]?.labels ?? {})));
  const used = [...expression.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list]) => list.split(',').map((label) => label.trim()));
  const filtered = [...expression.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label);
  return [
    ...(names.length === 0 ? ['names no metric'] : []),
    ...unknown.map((name) => `there is no metric ${name}`),
    ...[...used, ...filtered].filter((label) => !labels.has(label) && !ADDED.includes(label)).map((label) => `no metric of it has a label ${label}`),
  ];
}
