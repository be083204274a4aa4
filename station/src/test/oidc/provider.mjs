// A certified OpenID provider (npm's oidc-provider) on loopback, which gives officers JWT access tokens for this intake and, where the address
// of a page to return to is given, signs people in there.
import { webcrypto } from "node:crypto";
globalThis.crypto ??= webcrypto; // Node 18 has none
const { default: Provider } = await import("oidc-provider");

const [port, life, page] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: "officer-110023", client_secret: "secret", grant_types: ["client_credentials"], redirect_uris: [], response_types: [], id_token_signed_response_alg: "ES256" },
    ...(page ? [{ client_id: "liuhen-page", token_endpoint_auth_method: "none", redirect_uris: [page], id_token_signed_response_alg: "ES256" }] : [])],
  conformIdTokenClaims: false,
  claims: { openid: ["sub", "officer_no", "unit_code", "roles"], profile: ["name"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, officer_no: id, unit_code: "110105", roles: ["supervisor"] }) }),
  features: {
    devInteractions: { enabled: !!page },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({
        scope: "upload", accessTokenFormat: "jwt", audience: resource.split(":").pop(), accessTokenTTL: life,
        jwt: { sign: { alg: "ES256" } },
      }),
    },
  },
  extraTokenClaims: (_, token) => ({ officer_no: token.clientId.replace("officer-", ""), unit_code: "110105" }),
  jwks: { keys: [await (async () => {
    const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const { kty, crv, x, y, d } = await crypto.subtle.exportKey("jwk", privateKey);
    return { kty, crv, x, y, d, use: "sig", alg: "ES256", kid: "one" };
  })()] },
});
provider.on("server_error", (_, error) => console.log(error));
provider.listen(port, "127.0.0.1", () => console.log("ready"));
