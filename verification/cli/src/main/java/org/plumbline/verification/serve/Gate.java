package org.plumbline.verification.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask. The server is bound to loopback, but pages of other sites run on this machine, too: a request must name
 * the server by an address of loopback ({@code Host}, against names that are made to resolve to it), come from its own
 * page or from no page ({@code Origin}, {@code Sec-Fetch-Site}), and know a token that is drawn for each start.
 */
public final class Gate {
    private static final int TOKEN_BYTES = 24;
    private static final String BEARER = "Bearer ";

    private final String token;
    private final Set<String> hosts;

    /** A gate with a new token, for a server at a port. */
    public Gate(int port) {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        this.token = HexFormat.of().formatHex(bytes);
        this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
    }

    /** The token. */
    public String token() {
        return token;
    }

    /** Why a request is refused, if it is: a status and a sentence. */
    public Optional<Refusal> refusal(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        List<String> host = headers.getOrDefault("Host", List.of());
        if (host.size() != 1 || !hosts.contains(host.getFirst())) {
            return Optional.of(new Refusal(403, "the request names another host"));
        }
        for (String origin : headers.getOrDefault("Origin", List.of())) {
            if (hosts.stream().noneMatch(one -> origin.equals("http://" + one))) {
                return Optional.of(new Refusal(403, "the request comes from another origin"));
            }
        }
        String site = headers.getFirst("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return Optional.of(new Refusal(403, "the request comes from another site"));
        }
        return knowsToken(exchange) ? Optional.empty()
                : Optional.of(new Refusal(401, "the token is missing or wrong: use the address that serve printed"));
    }

    /** A refused request. */
    public record Refusal(int status, String message) {}

    /** In the header, or, for pages that are opened, in the address. */
    private boolean knowsToken(HttpExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization != null) {
            return authorization.startsWith(BEARER) && isToken(authorization.substring(BEARER.length()));
        }
        String query = exchange.getRequestURI().getRawQuery();
        return query != null && exchange.getRequestMethod().equals("GET")
                && Arrays.stream(query.split("&")).filter(pair -> pair.startsWith("token="))
                        .anyMatch(pair -> isToken(decoded(pair.substring("token=".length()))));
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** In a time that does not tell how much of it is right. */
    private boolean isToken(String given) {
        return MessageDigest.isEqual(
                token.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
