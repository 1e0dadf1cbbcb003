// A server that nobody here wrote: the Fedify library with somebody, a group and their inboxes.
//
// What it hears it keeps, and tells whoever asks at /control; what it says it is asked for there.
// ORIGIN is its address, PORT where it listens, KEYS the folder in which its keys outlive it.

import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { Temporal } from "@js-temporal/polyfill";
import { configure, getConsoleSink } from "@logtape/logtape";

globalThis.Temporal ??= Temporal; // the library wants it at its import

const { createFederation, exportJwk, generateCryptoKeyPair, importJwk, MemoryKvStore,
  verifyObject } = await import("@fedify/fedify");
const vocab = await import("@fedify/vocab");
const { Accept, Activity, Announce, Create, Delete, Endpoints, Flag, Follow, Group, Join, Leave,
  Like, Mention, Note, Person, PUBLIC_COLLECTION, Question, Reject, Tombstone, Undo, Update,
} = vocab;

await configure({
  sinks: { console: getConsoleSink() },
  loggers: [
    { category: "fedify", lowestLevel: process.env.LOG ?? "warning", sinks: ["console"] },
    { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["console"] },
  ],
});

const origin = process.env.ORIGIN, port = Number(process.env.PORT), folder = process.env.KEYS;

/** Who lives here. Whoever is shy lets nobody follow by themselves. */
const locals = { echo: Person, shy: Person, asks: Group };

const followers = Object.fromEntries(Object.keys(locals).map((name) => [name, new Map()]));
const things = new Map(); // what was said here, by its address
const activities = new Map(); // what was done here, so that it can be undone
const heard = [];

// Others keep the keys of a server, so they have to outlive it.
async function keysOf(name) {
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) {
    const made = [
      await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519"),
    ];
    const pairs = await Promise.all(made.map(async (pair) =>
      [await exportJwk(pair.publicKey), await exportJwk(pair.privateKey)]));
    mkdirSync(folder, { recursive: true });
    const unfinished = `${file}.${randomUUID()}`;
    writeFileSync(unfinished, JSON.stringify(pairs));
    renameSync(unfinished, file);
  }
  return Promise.all(JSON.parse(readFileSync(file, "utf8")).map(async ([open, secret]) => ({
    publicKey: await importJwk(open, "public"), privateKey: await importJwk(secret, "private"),
  })));
}

const kept = {};
const federation = createFederation({
  kv: new MemoryKvStore(), allowPrivateAddress: true, origin,
});

federation.setActorDispatcher("/users/{identifier}", async (ctx, name) => {
  if (!locals[name]) return null;
  const pairs = await ctx.getActorKeyPairs(name);
  return new locals[name]({
    id: ctx.getActorUri(name), preferredUsername: name, name, summary: "<p>A peer of the tests.</p>",
    url: new URL(`/@${name}`, origin), manuallyApprovesFollowers: name === "shy",
    inbox: ctx.getInboxUri(name), outbox: ctx.getOutboxUri(name),
    followers: ctx.getFollowersUri(name),
    endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
    publicKey: pairs[0].cryptographicKey, assertionMethods: pairs.map((pair) => pair.multikey),
  });
}).setKeyPairsDispatcher(async (_ctx, name) => kept[name] ??= await keysOf(name));
federation.setFollowersDispatcher("/users/{identifier}/followers",
  async (_ctx, name) => ({ items: [...(followers[name]?.values() ?? [])] }));
federation.setOutboxDispatcher("/users/{identifier}/outbox", async () => ({ items: [] }));
federation.setNodeInfoDispatcher("/nodeinfo/2.1", async () => ({
  software: { name: "fedify-peer", version: "1.0.0" }, protocols: ["activitypub"],
  usage: { users: { total: 3 }, localPosts: 0, localComments: 0 },
}));
for (const [type, path] of [[Note, "/notes/{id}"], [Question, "/questions/{id}"]]) {
  federation.setObjectDispatcher(type, path, async (ctx, values) => {
    const found = things.get(ctx.getObjectUri(type, values).href);
    return found instanceof type ? found : null;
  });
}

const nameOf = (ctx, uri) => (uri && ctx.parseUri(uri)?.identifier) ?? null;
const asked = (ctx, as, uri) =>
  ctx.getDocumentLoader({ identifier: as }).then((documentLoader) =>
    ctx.lookupObject(uri, { documentLoader }));

federation.setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .setSharedKeyDispatcher(() => ({ identifier: "echo" }))
  .onError((_ctx, error) => console.error("inbox:", error))
  .on(Activity, async (ctx, activity) => {
    heard.push({
      verb: activity.constructor.name, id: activity.id?.href, actor: activity.actorId?.href,
      object: activity.objectId?.href ?? null, to: ctx.recipient,
      document: await activity.toJsonLd({ format: "compact" }),
      isProven: await isProven(ctx, await activity.toJsonLd()),
    });
    if (activity instanceof Follow || activity instanceof Join) await follow(ctx, activity);
    if (activity instanceof Undo || activity instanceof Leave) await unfollow(ctx, activity);
    if (activity instanceof Create) await passOn(ctx, activity);
  });

/** Whether a document carries a proof, and all that it carries are right. */
async function isProven(ctx, document) {
  return "proof" in document && await verifyObject(Activity, document, ctx) !== null;
}

async function follow(ctx, activity) {
  const name = nameOf(ctx, activity.objectId), actor = await activity.getActor(ctx);
  if (!name || !actor || name === "shy") return;
  followers[name].set(actor.id.href, actor);
  await answer(ctx, name, actor, Accept, activity);
}

async function unfollow(ctx, activity) {
  const undone = activity instanceof Leave ? activity : await activity.getObject(ctx);
  const name = nameOf(ctx, undone?.objectId);
  if (name && (activity instanceof Leave || undone instanceof Follow || undone instanceof Join)) {
    followers[name].delete(activity.actorId.href);
  }
}

/** What is said to the group goes to everybody who reads it, once as a whole and once by address. */
async function passOn(ctx, activity) {
  const object = await activity.getObject(ctx);
  const named = [...activity.toIds, ...activity.ccIds, ...(object?.toIds ?? []),
    ...(object?.ccIds ?? []), ...(object?.audienceIds ?? [])];
  if (!named.some((uri) => nameOf(ctx, uri) === "asks")) return;
  for (const passed of [activity, object]) {
    await say(ctx, "asks", Announce, { object: passed instanceof Create ? passed : passed.id },
      "followers");
  }
}

const answer = (ctx, name, actor, type, activity) =>
  say(ctx, name, type, { object: activity, to: actor.id }, [actor]);

/** One activity of somebody here, to people or to `"followers"`; its address. */
async function say(ctx, as, type, values, recipients) {
  const actor = ctx.getActorUri(as);
  const activity = new type({ id: new URL(`/activities/${randomUUID()}`, origin), actor,
    ...(recipients === "followers"
      ? { to: PUBLIC_COLLECTION, cc: ctx.getFollowersUri(as) } : {}), ...values });
  activities.set(activity.id.href, activity);
  await ctx.sendActivity({ identifier: as }, recipients, activity, { preferSharedInbox: true });
  return { id: activity.id.href };
}

/** The same to whoever is found at addresses, and to the followers where that is wanted. */
async function tell(ctx, as, type, values, uris, toFollowers = false) {
  const found = await Promise.all(uris.map((uri) => asked(ctx, as, uri)));
  const recipients = [...found.filter(Boolean), ...(toFollowers ? followers[as].values() : [])];
  return say(ctx, as, type, values, [...new Map(recipients.map((r) => [r.id.href, r])).values()]);
}

function envelope(ctx, as, audience, mentions) {
  const cc = mentions.map((each) => new URL(each.href));
  if (audience === "direct") return { tos: cc };
  if (audience === "followers") return { tos: [ctx.getFollowersUri(as)], ccs: cc };
  return { tos: [PUBLIC_COLLECTION], ccs: [ctx.getFollowersUri(as), ...cc] };
}

const dropped = (as) => new URL(`/users/${as}`, origin);

/** What can be asked for at /control: `{"does": …, "as": …}` and more. */
const deeds = {
  find: async (ctx, { as = "echo", uri }) =>
    (await asked(ctx, as, uri))?.toJsonLd({ format: "compact" }) ?? null,
  hear: async () => heard,
  follow: (ctx, { as = "echo", whom }) =>
    tell(ctx, as, Follow, { object: new URL(whom), to: new URL(whom) }, [whom]),
  join: (ctx, { as = "echo", whom }) =>
    tell(ctx, as, Join, { object: new URL(whom), to: new URL(whom) }, [whom]),
  leave: (ctx, { as = "echo", whom }) =>
    tell(ctx, as, Leave, { object: new URL(whom), to: new URL(whom) }, [whom]),
  undo: (ctx, { as = "echo", id, whom }) =>
    tell(ctx, as, Undo, { object: activities.get(id), to: new URL(whom) }, [whom]),
  reject: async (ctx, { as = "echo", id, whom }) => {
    const refused = await Follow.fromJsonLd(heard.find((each) => each.id === id).document, ctx);
    followers[as].delete(whom);
    return tell(ctx, as, Reject, { object: refused, to: new URL(whom) }, [whom]);
  },
  accept: async (ctx, { as = "shy", id, whom }) => {
    const wanted = await Follow.fromJsonLd(heard.find((each) => each.id === id).document, ctx);
    followers[as].set(whom, await asked(ctx, as, whom));
    return tell(ctx, as, Accept, { object: wanted, to: new URL(whom) }, [whom]);
  },
  post: (ctx, { as = "echo", text, audience = "public", mentions = [], answers, group, choices }) => {
    const type = choices ? Question : Note;
    const id = ctx.getObjectUri(type, { id: randomUUID() });
    const to = envelope(ctx, as, audience, mentions);
    const counted = (name) => new Note({ name, replies: new vocab.Collection({ totalItems: 0 }) });
    const thing = new type({
      id, attribution: ctx.getActorUri(as), content: text, published: globalThis.Temporal.Now.instant(),
      url: id, ...to, tags: mentions.map((each) => new Mention({ ...each, href: new URL(each.href) })),
      ...(answers ? { replyTarget: new URL(answers) } : {}),
      ...(group ? { audience: new URL(group) } : {}),
      ...(choices ? { exclusiveOptions: choices.map(counted),
        endTime: globalThis.Temporal.Now.instant().add({ hours: 24 }) } : {}),
    });
    things.set(id.href, thing);
    const uris = [...mentions.map((each) => each.href), ...(group ? [group] : [])];
    return tell(ctx, as, Create, { object: thing, ...to }, uris, audience !== "direct")
      .then((said) => ({ ...said, object: id.href }));
  },
  edit: async (ctx, { as = "echo", what, text, whom = [] }) => {
    const thing = things.get(what).clone({ content: text, updated: globalThis.Temporal.Now.instant() });
    things.set(what, thing);
    return tell(ctx, as, Update, { object: thing, tos: thing.toIds, ccs: thing.ccIds }, whom, true);
  },
  remove: async (ctx, { as = "echo", what, whom = [] }) => {
    things.delete(what);
    const gone = new Tombstone({ id: new URL(what) });
    return tell(ctx, as, Delete, { object: gone, to: PUBLIC_COLLECTION }, whom, true);
  },
  like: (ctx, { as = "echo", what, of }) => tell(ctx, as, Like, { object: new URL(what) }, [of]),
  boost: (ctx, { as = "echo", what, of }) =>
    tell(ctx, as, Announce, { object: new URL(what), to: PUBLIC_COLLECTION,
      ccs: [ctx.getFollowersUri(as), new URL(of)] }, [of], true),
  flag: (ctx, { as = "echo", what, of, text }) =>
    tell(ctx, as, Flag, { objects: what.map((uri) => new URL(uri)), content: text }, [of]),
  vote: (ctx, { as = "echo", what, of, name }) => {
    const id = ctx.getObjectUri(Note, { id: randomUUID() });
    const vote = new Note({ id, attribution: dropped(as), name, to: new URL(of),
      replyTarget: new URL(what) });
    return tell(ctx, as, Create, { object: vote, to: new URL(of) }, [of]);
  },
};

async function control(request) {
  const { does, ...details } = await request.json();
  const ctx = federation.createContext(new URL(origin), undefined);
  try {
    return Response.json({ said: await deeds[does](ctx, details) });
  } catch (error) {
    console.error(does, error);
    return Response.json({ error: String(error?.stack ?? error) }, { status: 500 });
  }
}

const here = new URL(origin);
serve({ hostname: "127.0.0.1", port, fetch: async (request) => {
  const url = new URL(request.url);
  if (url.pathname === "/control") return control(request);
  url.protocol = here.protocol;
  url.host = here.host; // also behind a proxy
  const body = ["GET", "HEAD"].includes(request.method) ? undefined : await request.arrayBuffer();
  const asSent = new Request(url, { method: request.method, headers: request.headers, body });
  return federation.fetch(asSent, { contextData: undefined });
} }, () => console.log(`The peer is at ${origin}`));
