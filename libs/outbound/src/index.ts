export { OutboundFailed, OutboundRefused, type Outbound, type OutboundAnswer, type OutboundRequest } from './outbound.ts';
