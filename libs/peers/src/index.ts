export { PeerUnavailable, PeerRefused, type Peers } from './peers.ts';
export { NotHeard, createPeers, type AskAnswer, type Attempt, type Carrier, type PeersOptions } from './ask.ts';
export { httpCarrier, type HttpCarrierLimits, type HttpCarrierOptions } from './http-carrier.ts';
export { injectCarrier } from './inject-carrier.ts';
export {
  ServiceCredentials,
  configuredServiceKeys,
  credentialRules,
  embeddedServiceKeys,
  type ServiceKeys,
} from './service-credentials.ts';
export { sessionReader, type SessionReader, type SessionReaderOptions } from './session-reader.ts';
export { RegistryCopy, registryMigrations } from './registry-copy.ts';
