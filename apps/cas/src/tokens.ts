/** Injection tokens of what is an interface, a value or a bag of parts, and so no class to inject by. */
export const PROXY_DESK = Symbol('proxy desk');
export const METRICS = Symbol('metrics');
export const SECURITY = Symbol('security');
export const CLOCK = Symbol('clock');
export const LOGGER = Symbol('logger');
export const SESSIONS = Symbol('sessions');
export const PEERS = Symbol('peers');
export const HTTP = Symbol('http');
export const TENANT = Symbol('tenant');
export const CONFIG = Symbol('config');
