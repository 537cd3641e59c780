export { PeerUnavailable, PeerRefused, type Peers } from './peers.ts';
export { createPeers, type AskAnswer, type Carrier, type PeersOptions } from './ask.ts';
export { httpCarrier, injectCarrier } from './carriers.ts';
export {
  ServiceCredentials,
  configuredServiceKeys,
  credentialRules,
  embeddedServiceKeys,
  type ServiceKeys,
} from './service-credentials.ts';
export { sessionReader, type SessionReader, type SessionReaderOptions } from './session-reader.ts';
export { RegistryCopy, registryMigrations } from './registry-copy.ts';
