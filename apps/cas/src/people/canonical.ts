/**
 * One fixed normalisation of names and passwords, never changed later: what was hashed under it could not be found again.
 * @see NIST SP 800-63B-4 §3.1.1.2
 */
export function normalized(text: string): string {
  return text.normalize('NFC');
}

/** The form in which a username is unique: throttles and look-ups of `Ada` and `ada` meet. */
export function canonicalName(username: string): string {
  return normalized(normalized(username).toLowerCase());
}
