export { type FormProps, type HiddenFields, type Link, type Maybe, type PageContext, type Theme } from './context.ts';
export { cancelButtonId, decisionField, fixedPhrases, formTokenField, submitButtonId } from './names.ts';
export { type FieldProblem, type FieldProblemCode } from './problems.ts';
export { accountPage, type AccountProps } from './pages/account.tsx';
export { type AccountDelivery, type DeliveryAttempt } from './pages/account/deliveries.tsx';
export { type AccountSession } from './pages/account/sessions.tsx';
export {
  connectedApplicationsPage,
  type ConnectedApplication,
  type ConnectedApplicationsProps,
} from './pages/connected-applications.tsx';
export { consentPage, type ConsentPermission, type ConsentProps } from './pages/consent.tsx';
export { continuePage, type ContinueProps } from './pages/continue.tsx';
export { errorPage, type ErrorPageProps } from './pages/error.tsx';
export { formPostPage, type FormPostProps } from './pages/form-post.tsx';
export { logoutConfirmPage, type LogoutConfirmProps } from './pages/logout-confirm.tsx';
export { passwordPage, type PasswordProps } from './pages/password.tsx';
export { setupPage, type SetupProps } from './pages/setup.tsx';
export { signInPage, type SignInProblem, type SignInProps } from './pages/sign-in.tsx';
export { signedInPage, type SignedInProps } from './pages/signed-in.tsx';
export { signedOutPage, type SignedOutApplication, type SignedOutProps } from './pages/signed-out.tsx';
