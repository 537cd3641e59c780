<?php

// An application that signs people in with phpCAS, and asks its backend in their name. One script for every address, as PHP's
// own server calls it.

require getenv('PHP_CAS');

/** Pages of the proxy, and the callback that it names at each. */
const PROXY = ['/protected' => '/callback', '/proxied' => '/callback', '/callback' => '/callback', '/unregistered' => '/nobody-knows'];
/** Pages of what is no proxy. */
const CLIENT = ['/backend' => CAS_VERSION_3_0, '/sign-out' => CAS_VERSION_3_0, '/v1' => CAS_VERSION_1_0, '/v2' => CAS_VERSION_2_0, '/saml' => SAML_VERSION_1_1];

$origin = getenv('CLIENT_ORIGIN');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$cas = parse_url(getenv('CAS_URL'));
ini_set('session.save_path', getenv('CLIENT_FOLDER'));
// Each page outside of the proxy is an application of its own.
session_name(isset(CLIENT[$path]) && $path !== '/sign-out' ? 'phpcas' . strtr($path, '/', '-') : 'phpcas-session');

function say(array $known): void
{
    header('content-type: application/json');
    echo json_encode($known);
}

if (isset(PROXY[$path])) {
    phpCAS::proxy(CAS_VERSION_3_0, $cas['host'], $cas['port'], $cas['path'], $origin);
    phpCAS::setPGTStorageFile(getenv('CLIENT_FOLDER'));
    phpCAS::setFixedCallbackURL($origin . PROXY[$path]);
} elseif (isset(CLIENT[$path])) {
    phpCAS::client(CLIENT[$path], $cas['host'], $cas['port'], $cas['path'], $origin);
    // phpCAS has no chains where the protocol has none.
    if ($path === '/backend') {
        phpCAS::allowProxyChain(new CAS_ProxyChain([$origin . '/callback']));
    }
} else {
    http_response_code(404);
    return;
}
phpCAS::setCasServerCACert(getenv('CAS_AUTHORITY'));
phpCAS::handleLogoutRequests(true, ['127.0.0.1']);
if ($path === '/sign-out') {
    phpCAS::logoutWithRedirectService($origin . '/protected');
}
try {
    phpCAS::forceAuthentication();
    if ($path === '/proxied') {
        $backend = phpCAS::getProxiedService(PHPCAS_PROXIED_SERVICE_HTTP_GET);
        $backend->setUrl($origin . '/backend');
        $backend->send();
        http_response_code($backend->getResponseStatusCode());
        echo $backend->getResponseBody();
    } elseif ($path === '/backend') {
        say(['user' => phpCAS::getUser(), 'proxies' => phpCAS::getProxies()]);
    } else {
        say(['user' => phpCAS::getUser(), 'attributes' => phpCAS::getAttributes()]);
    }
} catch (CAS_AuthenticationException $failure) {
    // What phpCAS printed goes out with it.
    http_response_code(401);
}
