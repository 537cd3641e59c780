import { linkAddress } from '../address.ts';
import { type Maybe } from '../context.ts';
import { type Scene } from '../page.tsx';
import { TextLink } from './text-link.tsx';

/** What the application itself says about data and terms. */
export function Policies({ policyUrl, termsUrl, application, scene }: {
  policyUrl: Maybe<string>;
  termsUrl: Maybe<string>;
  application: string;
  scene: Scene;
}) {
  const { policies } = scene.words;
  if (linkAddress(policyUrl) === undefined && linkAddress(termsUrl) === undefined) return null;
  return (
    <nav class="links small" aria-label={application}>
      <TextLink id="policy" href={policyUrl} label={policies.policy} />
      <TextLink id="terms" href={termsUrl} label={policies.terms} />
    </nav>
  );
}
