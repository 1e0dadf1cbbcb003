/** What Elk and Phanpy are made of, masto 7 and 8, goes through all that they do. */

import assert from "node:assert/strict";

import WebSocket from "ws";

import { DOT, finish, heard, soon, step } from "./steps.mjs";

const { URL: url, TOKEN: accessToken, FRIEND, LIBRARY, P256DH, AUTH } = process.env;
const { createRestAPIClient, createStreamingAPIClient } = await import(LIBRARY);
const masto = createRestAPIClient({ url, accessToken });
const me = await masto.v1.accounts.verifyCredentials();

async function all(paginator) {
  const found = [];
  for await (const page of paginator) found.push(...page);
  return found;
}

function photo(name = "dot.png") {
  return new File([DOT], name, { type: "image/png" });
}

await step("registers an app", async () => {
  const app = await createRestAPIClient({ url }).v1.apps.create({
    clientName: "Elk",
    redirectUris: "urn:ietf:wg:oauth:2.0:oob",
    scopes: "read write follow push",
    website: "https://elk.zone",
  });
  assert.ok(app.clientId && app.clientSecret);
});

await step("reads what the place is", async () => {
  const instance = await masto.v2.instance.fetch();
  assert.equal(instance.domain, new URL(url).host);
  assert.match(instance.version, /^\d+\.\d+\.\d+ \(compatible; fedparents /);
  assert.ok(instance.configuration.urls.streaming.startsWith("ws"));
});

await step("knows who it acts for", () => assert.equal(me.username, me.acct));

await step("posts once for one key", async () => {
  const meta = { requestInit: { headers: { "Idempotency-Key": `key-${LIBRARY}` } } };
  const sent = { status: `Une seule fois, par ${LIBRARY}`, visibility: "public" };
  const first = await masto.v1.statuses.create(sent, meta);
  const again = await masto.v1.statuses.create(sent, meta);
  assert.equal(first.id, again.id);
});

await step("posts a photo", async () => {
  const media = await masto.v2.media.create({ file: photo(), description: "Un point" });
  assert.equal(media.type, "image");
  const status = await masto.v1.statuses.create({
    status: `Voici, par ${LIBRARY}`,
    mediaIds: [media.id],
    visibility: "public",
  });
  assert.equal(status.mediaAttachments[0].description, "Un point");
  assert.equal((await fetch(status.mediaAttachments[0].url)).status, 200);
});

await step("reads home page by page to the end", async () => {
  for (let number = 0; number < 3; number += 1) {
    await masto.v1.statuses.create({ status: `${LIBRARY} ${number}`, visibility: "public" });
  }
  const ids = await soon(async () => {
    const found = [];
    for await (const page of masto.v1.timelines.home.list({ limit: 2 })) {
      assert.ok(page.length <= 2);
      found.push(...page.map((each) => each.id));
    }
    return found.length >= 5 && found;
  });
  assert.equal(new Set(ids).size, ids.length);
});

await step("reads notifications, in groups and one by one", async () => {
  const groups = await masto.v2.notifications.list();
  assert.ok(Array.isArray(groups.notificationGroups));
  assert.ok(Array.isArray(await masto.v1.notifications.list({ limit: 5 })));
});

await step("makes, changes and drops a filter", async () => {
  const filter = await masto.v2.filters.create({
    title: "Poux",
    context: ["home", "public"],
    filterAction: "hide",
    keywordsAttributes: [{ keyword: "poux", wholeWord: true }],
  });
  assert.equal(filter.keywords[0].keyword, "poux");
  const changed = await masto.v2.filters.$select(filter.id).update({
    title: "Poux et lentes",
    keywordsAttributes: [
      { id: filter.keywords[0].id, keyword: "lentes" },
      { keyword: "peigne", wholeWord: false },
    ],
  });
  assert.deepEqual(changed.keywords.map((each) => each.keyword).sort(), ["lentes", "peigne"]);
  await masto.v2.filters.$select(filter.id).remove();
  await assert.rejects(masto.v2.filters.$select(filter.id).fetch(), { statusCode: 404 });
});

await step("marks what was read", async () => {
  const [newest] = await masto.v1.timelines.home.list({ limit: 1 });
  const marker = await masto.v1.markers.create({ home: { lastReadId: newest.id } });
  assert.equal(marker.home.lastReadId, newest.id);
  const told = await masto.v1.markers.fetch({ timeline: ["home"] });
  assert.equal(told.home.lastReadId, newest.id);
});

await step("reads preferences", async () => {
  assert.ok("posting:default:visibility" in (await masto.v1.preferences.fetch()));
});

await step("changes who somebody is, with a picture", async () => {
  const changed = await masto.v1.accounts.updateCredentials({
    displayName: `Ana par ${LIBRARY}`,
    avatar: photo("me.png"),
    fieldsAttributes: [{ name: "", value: "" }],
  });
  assert.equal(changed.displayName, `Ana par ${LIBRARY}`);
  assert.ok(!changed.avatar.endsWith("missing.png"));
  assert.equal((await fetch(changed.avatar)).status, 200);
});

await step("says of herself in lines what she likes", async () => {
  const fieldsAttributes = [{ name: "École", value: "Le Corentin" }];
  const changed = await masto.v1.accounts.updateCredentials({ fieldsAttributes });
  const said = changed.source.fields.map(({ name, value }) => [name, value]);
  assert.deepEqual(said, [["École", "Le Corentin"]]);
});

await step("asks how it is with others", async () => {
  const [relationship] = await masto.v1.accounts.relationships.fetch({ id: [FRIEND] });
  assert.equal(relationship.id, FRIEND);
});

await step("has a list for each group", async () => {
  const [group] = (await all(masto.v1.lists.list())).filter(
    (each) => each.title.includes("Poussettes"),
  );
  const members = await all(masto.v1.lists.$select(group.id).accounts.list());
  assert.ok(members.some((each) => each.id === me.id));
});

await step("takes pushes, and no more", async () => {
  const { subscription } = masto.v1.push;
  const endpoint = `https://push.example.org/${LIBRARY}`;
  const made = await subscription.create({
    subscription: { endpoint, keys: { p256dh: P256DH, auth: AUTH } },
    data: { alerts: { mention: true, favourite: false } },
    policy: "all",
  });
  assert.equal(made.endpoint, endpoint);
  assert.deepEqual(await subscription.fetch(), made);
  assert.deepEqual([made.alerts.mention, made.alerts.favourite], [true, false]);
  const changed = await subscription.update({ data: { alerts: { favourite: true } } });
  assert.equal(changed.alerts.favourite, true);
  await subscription.remove();
  await assert.rejects(subscription.fetch(), { statusCode: 404 });
});

await step("listens to what is said, changed and taken back", async () => {
  const { configuration } = await masto.v2.instance.fetch();
  const streaming = createStreamingAPIClient({
    streamingApiUrl: configuration.urls.streaming,
    accessToken,
    implementation: WebSocket,
  });
  const events = streaming.user.subscribe()[Symbol.asyncIterator]();
  const next = async (kind, of = () => true) => {
    for (;;) {
      const { value } = await events.next();
      if (value.event === kind && of(value.payload)) return value.payload;
    }
  };
  let number = 0;
  const said = await heard(next("update"), async () => {
    number += 1;
    const status = `Entendu ${number}, par ${LIBRARY}`;
    await masto.v1.statuses.create({ status, visibility: "public" });
  });
  const status = masto.v1.statuses.$select(said.id);
  const changes = next("status.update", (each) => each.id === said.id);
  const changed = await heard(changes, () => status.update({ status: `Changé ${(number += 1)}` }));
  assert.match(changed.content, /Changé/);
  const gone = next("delete", (each) => each === said.id);
  await status.remove();
  assert.equal(await heard(gone, () => {}), said.id);
  streaming.close();
});

await step("keeps a list of its own", async () => {
  await masto.v1.accounts.$select(FRIEND).follow();
  const list = await masto.v1.lists.create({ title: `Voisins de ${LIBRARY}` });
  const { accounts } = masto.v1.lists.$select(list.id);
  await accounts.create({ accountIds: [FRIEND] });
  assert.deepEqual((await all(accounts.list())).map((each) => each.id), [FRIEND]);
  await accounts.remove({ accountIds: [FRIEND] });
  assert.deepEqual(await all(accounts.list()), []);
  await masto.v1.lists.$select(list.id).remove();
});

await step("wants nothing of another town, and takes it back", async () => {
  const domain = `${LIBRARY}.example`;
  await masto.v1.domainBlocks.create({ domain });
  assert.ok((await all(masto.v1.domainBlocks.list())).includes(domain));
  await masto.v1.domainBlocks.remove({ domain });
  assert.ok(!(await all(masto.v1.domainBlocks.list())).includes(domain));
});

await step("is told in its own words what is not there", async () => {
  await assert.rejects(masto.v1.statuses.$select("1").fetch(), (error) => {
    assert.equal(error.name, "MastoHttpError");
    assert.equal(error.statusCode, 404);
    assert.equal(error.message, "Record not found");
    return true;
  });
});

finish();
