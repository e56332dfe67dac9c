// A certified OpenID provider (the package `oidc-provider`) that signs everybody in as one account manager: proof that the
// portal follows the standard, and not the habits of its own simulator.
import http from "node:http";
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const { OP_LISTEN, OP_TENANT, OP_CLIENT_ID, OP_CLIENT_SECRET, OP_REDIRECT_URI } = process.env;
const prefix = `/${OP_TENANT}/v2.0`;
const api = "https://api.partnercenter.microsoft.com/user_impersonation";
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });

const provider = new Provider(`http://${OP_LISTEN}${prefix}`, {
  clients: [
    {
      client_id: OP_CLIENT_ID,
      client_secret: OP_CLIENT_SECRET,
      redirect_uris: [OP_REDIRECT_URI],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    },
  ],
  jwks: { keys: [{ ...key, alg: "RS256", use: "sig", kid: "conformance" }] },
  scopes: ["openid", "offline_access", "profile", api],
  claims: { openid: ["sub", "tid", "oid", "roles", "amr"], profile: ["name", "preferred_username"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `${prefix}/interaction/${interaction.uid}` },
  cookies: { keys: ["conformance"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      tid: OP_TENANT,
      oid: "0d0d0d0d-0000-4000-8000-000000000001",
      name: "Conny Formance",
      preferred_username: "conny@tailwind.example",
      roles: ["Portal.AccountManager"],
    }),
  }),
});

async function interact(request, response) {
  const { params, grantId, session } = await provider.interactionDetails(request, response);
  const accountId = session?.accountId ?? "conny";
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId, amr: ["pwd", "mfa"] }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const callback = provider.callback();
const [host, port] = OP_LISTEN.split(":");
http
  .createServer((request, response) => {
    if (request.url === "/health") return response.end("ok");
    if (request.url.startsWith(`${prefix}/interaction/`)) {
      return interact(request, response).catch((error) => response.writeHead(500).end(String(error)));
    }
    request.originalUrl = request.url;
    request.url = request.url.slice(prefix.length) || "/";
    return callback(request, response);
  })
  .listen(Number(port), host);
