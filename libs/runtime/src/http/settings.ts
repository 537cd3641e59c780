/** How this deployment is seen from outside. Configuration only, never taken from a request. */
export interface HttpSettings {
  /** Public origin, without a trailing slash: `https://login.example.org`. */
  readonly publicUrl: string;
  /** publicUrl is https: cookies carry `__Host-` and Secure, HSTS is sent. */
  readonly secure: boolean;
  /** Addresses or CIDR ranges of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** HMAC key for the secret half of cookies, shared by the rooms that read them. */
  readonly cookieKey: Buffer;
  /** HMAC key for form tokens. */
  readonly formKey: Buffer;
}
