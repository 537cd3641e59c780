/** @see CAS Protocol 3.0 §2.7.2 */
export interface ProxyAnswer {
  readonly proxyTicket: string;
}

/** The address at which a proxy hears of its ticket. It keeps the query of its own that was registered with it. @see CAS Protocol 3.0 §2.5.4 */
export function callbackAddress(pgtUrl: string, ticket: { readonly pgtId: string; readonly pgtIou: string }): string {
  const separator = pgtUrl.includes('?') ? '&' : '?';
  return `${pgtUrl}${separator}pgtIou=${ticket.pgtIou}&pgtId=${ticket.pgtId}`;
}
