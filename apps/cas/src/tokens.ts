/** Injection tokens of what is an interface, a value or a bag of parts, and so no class to inject by. */
export const VALIDATOR = Symbol('validator');
export const LOGGER = Symbol('logger');
export const SESSIONS = Symbol('sessions');
export const PEERS = Symbol('peers');
export const HTTP = Symbol('http');
export const TENANT = Symbol('tenant');
export const CONFIG = Symbol('config');
