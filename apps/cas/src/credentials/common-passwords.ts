/**
 * What passwords of many people are made of. Long passwords that consist of these and little else are refused; a list of
 * short breached passwords would add nothing above the minimum length.
 */
export const COMMON_WORDS: readonly string[] = [
  ...['password', 'passwort', 'passw0rd', 'p@ssw0rd', 'p@ssword', 'passphrase', 'contraseña', 'motdepasse', 'senha', 'parola', 'wachtwoord'],
  ...['qwertyuiop', 'qwertzuiop', 'azertyuiop', 'qwerty', 'qwertz', 'azerty', 'asdfghjkl', 'asdfgh', 'asdf', 'zxcvbnm', 'yxcvbnm', 'zxcv', '1q2w3e4r5t', '1q2w3e4r', '1qaz2wsx', 'qazwsxedc', 'qazwsx'],
  ...['1234567890', '123456789', '12345678', '1234567', '123456', '12345', '1234', '123', '0987654321', '987654321', '654321', '111111', '000000', '666666', '888888', '123123', '121212', '112233'],
  ...['iloveyou', 'ilovemy', 'letmein', 'trustno1', 'welcome', 'willkommen', 'admin', 'administrator', 'root', 'login', 'signin', 'guest', 'user', 'test', 'demo', 'default', 'changeme', 'change', 'secret', 'geheim', 'master', 'access', 'hello', 'hallo', 'whatever', 'nothing', 'computer', 'internet'],
  ...['monkey', 'dragon', 'princess', 'sunshine', 'football', 'baseball', 'basketball', 'soccer', 'hockey', 'superman', 'batman', 'starwars', 'pokemon', 'naruto', 'minecraft', 'shadow', 'flower', 'butterfly', 'chocolate', 'summer', 'winter', 'spring', 'autumn', 'sommer', 'friends', 'family', 'lovely', 'forever', 'freedom', 'jesus', 'angel', 'diamond', 'phoenix', 'liverpool', 'arsenal', 'chelsea', 'barcelona', 'juventus'],
  ...['michael', 'jennifer', 'jessica', 'jordan', 'daniel', 'charlie', 'ashley', 'andrew', 'matthew', 'thomas', 'robert', 'michelle', 'nicole', 'samantha', 'anthony', 'alexander', 'george'],
  ...['january', 'february', 'march', 'april', 'june', 'july', 'august', 'september', 'october', 'november', 'december', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
  ...['latchkey', 'single sign-on', 'account', 'company', 'office', 'google', 'facebook', 'microsoft', 'windows', 'linux', 'apple', 'samsung'],
  'correcthorsebatterystaple',
];
