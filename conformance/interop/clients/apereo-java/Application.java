import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apereo.cas.client.authentication.AttributePrincipal;
import org.apereo.cas.client.authentication.AuthenticationFilter;
import org.apereo.cas.client.authentication.Saml11AuthenticationFilter;
import org.apereo.cas.client.session.SingleSignOutFilter;
import org.apereo.cas.client.session.SingleSignOutHttpSessionListener;
import org.apereo.cas.client.util.AbstractCasFilter;
import org.apereo.cas.client.util.HttpServletRequestWrapperFilter;
import org.apereo.cas.client.validation.Assertion;
import org.apereo.cas.client.validation.Cas10TicketValidationFilter;
import org.apereo.cas.client.validation.Cas20ProxyReceivingTicketValidationFilter;
import org.apereo.cas.client.validation.Cas30ProxyReceivingTicketValidationFilter;
import org.apereo.cas.client.validation.Saml11TicketValidationFilter;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/** An application that signs people in with Apereo's Java client, and asks its backend in their name: the filters of a web.xml. */
public class Application {
    static final String ORIGIN = System.getenv("CLIENT_ORIGIN");
    static final String CAS = System.getenv("CAS_URL");
    static final String CALLBACK = ORIGIN + "/callback";
    static final Map<String, String> LOGIN = Map.of("casServerLoginUrl", CAS + "/login");
    static final ObjectMapper JSON = new ObjectMapper();

    static final ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);

    public static void main(String[] args) throws Exception {
        context.getSessionHandler().getSessionCookieConfig().setSecure(true);
        context.addEventListener(new SingleSignOutHttpSessionListener());
        filter(new SingleSignOutFilter(), Map.of(), "/*");
        filter(new AuthenticationFilter(), LOGIN, "/protected", "/proxied", "/unregistered", "/backend", "/v1", "/v2");
        filter(new Saml11AuthenticationFilter(), LOGIN, "/saml");
        // One filter for the pages and for what Latchkey brings: it keeps the proxy-granting tickets.
        filter(new Cas30ProxyReceivingTicketValidationFilter(), Map.of("proxyCallbackUrl", CALLBACK, "proxyReceptorUrl", "/callback"), "/protected", "/proxied", "/callback");
        filter(new Cas30ProxyReceivingTicketValidationFilter(), Map.of("proxyCallbackUrl", ORIGIN + "/nobody-knows", "proxyReceptorUrl", "/nobody-knows"), "/unregistered");
        filter(new Cas30ProxyReceivingTicketValidationFilter(), Map.of("allowedProxyChains", CALLBACK, "redirectAfterValidation", "false"), "/backend");
        filter(new Cas10TicketValidationFilter(), Map.of(), "/v1");
        filter(new Cas20ProxyReceivingTicketValidationFilter(), Map.of(), "/v2");
        filter(new Saml11TicketValidationFilter(), Map.of(), "/saml");
        filter(new HttpServletRequestWrapperFilter(), Map.of(), "/*");
        context.addServlet(new ServletHolder(new Page()), "/*");

        Server server = new Server(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("CLIENT_PORT"))));
        server.setHandler(context);
        server.start();
        server.join();
    }

    static void filter(Filter filter, Map<String, String> parameters, String... paths) {
        FilterHolder holder = new FilterHolder(filter);
        holder.setInitParameters(new HashMap<>(parameters));
        holder.setInitParameter("casServerUrlPrefix", CAS);
        holder.setInitParameter("serverName", ORIGIN);
        // Otherwise answers are read in the encoding of the machine.
        holder.setInitParameter("encoding", "UTF-8");
        for (String path : paths) context.addFilter(holder, path, EnumSet.of(DispatcherType.REQUEST));
    }

    static class Page extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            Assertion assertion = (Assertion) request.getSession().getAttribute(AbstractCasFilter.CONST_CAS_ASSERTION);
            if (assertion == null) {
                response.sendError(404);
                return;
            }
            AttributePrincipal principal = assertion.getPrincipal();
            switch (request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo())) {
                case "/proxied" -> ask(principal.getProxyTicketFor(ORIGIN + "/backend"), response);
                case "/backend" -> say(response, Map.of("user", request.getRemoteUser(), "proxies", List.of(CALLBACK)));
                default -> say(response, Map.of("user", request.getRemoteUser(), "attributes", principal.getAttributes()));
            }
        }

        private void ask(String ticket, HttpServletResponse response) throws IOException {
            if (ticket == null) {
                response.sendError(403, "no proxy ticket");
                return;
            }
            URL url = new URL(ORIGIN + "/backend?ticket=" + URLEncoder.encode(ticket, StandardCharsets.UTF_8));
            HttpURLConnection backend = (HttpURLConnection) url.openConnection();
            backend.setInstanceFollowRedirects(false);
            response.setStatus(backend.getResponseCode());
            if (backend.getResponseCode() == 200) backend.getInputStream().transferTo(response.getOutputStream());
        }

        private void say(HttpServletResponse response, Map<String, Object> known) throws IOException {
            response.setContentType("application/json; charset=utf-8");
            response.getOutputStream().write(JSON.writeValueAsBytes(known));
        }
    }
}
