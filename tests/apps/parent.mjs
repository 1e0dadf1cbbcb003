/** A parent with a stock app: from signing in to blocking somebody, with masto as Phanpy uses it.
 * What others do meanwhile, they do with apps of their own. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { createOAuthAPIClient, createRestAPIClient } from "masto";

import { ask, finish, soon, step } from "./steps.mjs";

const { URL: url, LEA, BAO, PHOTO, ENDPOINT, P256DH, AUTH } = process.env;
const OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob";
const SCOPES = "read write follow push";
const lea = createRestAPIClient({ url, accessToken: LEA });
const bao = createRestAPIClient({ url, accessToken: BAO });
const gone = { statusCode: 404 };
let app = null;
let accessToken = "";
let parent = null;
let me = null;
let group = null;
let asked = null;
let answer = null;

function told(type) {
  return soon(async () => {
    const notifications = await parent.v1.notifications.list({ types: [type] });
    return notifications.length > 0 && notifications;
  });
}

await step("signs in", async () => {
  app = await createRestAPIClient({ url }).v1.apps.create({
    clientName: "Phanpy",
    redirectUris: OUT_OF_BAND,
    scopes: SCOPES,
  });
  const query = new URLSearchParams({
    client_id: app.clientId,
    redirect_uri: OUT_OF_BAND,
    response_type: "code",
    scope: SCOPES,
  });
  const { code } = await ask("consent", { address: `${url}/oauth/authorize?${query}` });
  const token = await createOAuthAPIClient({ url }).token.create({
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    redirectUri: OUT_OF_BAND,
    grantType: "authorization_code",
    code,
  });
  accessToken = token.accessToken;
  parent = createRestAPIClient({ url, accessToken });
  me = await parent.v1.accounts.verifyCredentials();
  assert.equal(me.acct, "ana");
});

await step("finds her groups and reads them", async () => {
  const lists = await parent.v1.lists.list();
  const list = lists.find((each) => each.title.includes("Poussettes"));
  const { accounts } = await parent.v2.search.list({ q: "Poussettes", type: "accounts" });
  group = accounts.find((each) => each.group && each.displayName === "Poussettes");
  const members = await parent.v1.lists.$select(list.id).accounts.list();
  assert.ok(members.some((each) => each.id === me.id));
  const welcome = await lea.v1.statuses.create({ status: `@${group.acct} Bienvenue ici !` });
  await soon(async () => {
    const home = await parent.v1.timelines.home.list();
    return home.some((each) => (each.reblog ?? each).id === welcome.id);
  });
  const said = await parent.v1.timelines.list.$select(list.id).list();
  assert.ok(said.some((each) => each.id === welcome.id));
});

await step("asks in a closed group, with a photo", async () => {
  const file = new File([await readFile(PHOTO)], "photo.jpg", { type: "image/jpeg" });
  const media = await parent.v2.media.create({ file, description: "La nôtre est cassée" });
  asked = await parent.v1.statuses.create({
    status: `@${group.acct} cherche poussette double`,
    mediaIds: [media.id],
    visibility: "public",
  });
  assert.equal(asked.visibility, "private");
  assert.equal(asked.fedparents.swap.direction, "ask");
  const seen = await lea.v1.statuses.$select(asked.id).fetch();
  const [photo] = seen.mediaAttachments;
  assert.equal(photo.description, "La nôtre est cassée");
  assert.equal((await fetch(photo.url)).status, 200);
  assert.equal((await fetch(photo.url.split("?")[0])).status, 404);
  await assert.rejects(bao.v1.statuses.$select(asked.id).fetch(), gone);
});

await step("is answered, and answers", async () => {
  answer = await lea.v1.statuses.create({ status: "La mienne !", inReplyToId: asked.id });
  assert.equal(answer.visibility, "private");
  const [mention] = await told("mention");
  assert.equal(mention.status.id, answer.id);
  const thanks = await parent.v1.statuses.create({ status: "Merci !", inReplyToId: answer.id });
  const { descendants } = await lea.v1.statuses.$select(asked.id).context.fetch();
  assert.deepEqual(descendants.map((each) => each.id), [answer.id, thanks.id]);
  await assert.rejects(bao.v1.statuses.$select(thanks.id).fetch(), gone);
});

await step("is rung, and no locked screen shows what was said", async () => {
  await parent.v1.push.subscription.create({
    subscription: { endpoint: ENDPOINT, keys: { p256dh: P256DH, auth: AUTH } },
    data: { alerts: { mention: true } },
    policy: "all",
  });
  const again = await lea.v1.statuses.create({ status: "Ce soir ?", inReplyToId: asked.id });
  const push = await ask("push");
  assert.equal(push.notification_type, "mention");
  assert.equal(push.access_token, accessToken);
  assert.ok(!JSON.stringify(push).includes("Ce soir"));
  const notification = await parent.v1.notifications.$select(push.notification_id).fetch();
  assert.equal(notification.status.id, again.id);
});

await step("votes", async () => {
  const { poll } = await lea.v1.statuses.create({
    status: `@${group.acct} On se voit quand ?`,
    poll: { options: ["samedi", "dimanche"], expiresIn: 3600 },
  });
  const voted = await parent.v1.polls.$select(poll.id).votes.create({ choices: [1] });
  assert.deepEqual([voted.voted, voted.ownVotes, voted.votesCount], [true, [1], 1]);
  await assert.rejects(parent.v1.polls.$select(poll.id).votes.create({ choices: [0] }), {
    statusCode: 422,
  });
  await assert.rejects(bao.v1.polls.$select(poll.id).votes.create({ choices: [0] }), gone);
});

await step("asks to come into a group, and is let in", async () => {
  const { accounts } = await parent.v2.search.list({ q: "Couture", type: "accounts" });
  const sewing = accounts.find((each) => each.group);
  assert.ok(sewing.locked);
  assert.ok(sewing.fields.some((each) => each.value === "sur demande"));
  const asking = await parent.v1.accounts.$select(sewing.id).follow();
  assert.deepEqual([asking.requested, asking.following], [true, false]);
  const desk = `${url}/api/fedparents/v1/groups/${sewing.id}/join_requests`;
  const headers = { Authorization: `Bearer ${LEA}` };
  const [request] = await (await fetch(desk, { headers })).json();
  assert.equal(request.account.id, me.id);
  const accept = { method: "POST", headers };
  assert.equal((await fetch(`${desk}/${request.id}/accept`, accept)).status, 200);
  const [now] = await parent.v1.accounts.relationships.fetch({ id: [sewing.id] });
  assert.deepEqual([now.requested, now.following], [false, true]);
  const lists = await parent.v1.lists.list();
  assert.ok(lists.some((each) => each.id === sewing.id));
});

await step("is told where a group that asks something first is answered", async () => {
  const { accounts } = await parent.v2.search.list({ q: "Chorale", type: "accounts" });
  const choir = accounts.find((each) => each.group);
  const there = new RegExp(`/groups/${choir.id}$`);
  await assert.rejects(parent.v1.accounts.$select(choir.id).follow(), (error) => {
    assert.equal(error.statusCode, 422);
    assert.match(error.message, there);
    return true;
  });
});

await step("reports somebody and blocks them", async () => {
  const spam = await bao.v1.statuses.create({ status: "Achetez !", visibility: "public" });
  await soon(async () => {
    const seen = await parent.v1.timelines.public.list({ local: true });
    return seen.some((each) => each.id === spam.id);
  });
  const report = await parent.v1.reports.create({
    accountId: spam.account.id,
    statusIds: [spam.id],
    comment: "De la publicité",
    category: "spam",
  });
  assert.equal(report.targetAccount.id, spam.account.id);
  const { blocking } = await parent.v1.accounts.$select(spam.account.id).block();
  assert.equal(blocking, true);
  const seen = await parent.v1.timelines.public.list({ local: true });
  assert.ok(seen.every((each) => each.account.id !== spam.account.id));
  await assert.rejects(parent.v1.statuses.$select(spam.id).fetch(), gone);
  await assert.rejects(bao.v1.accounts.$select(me.id).fetch(), gone);
});

await step("signs out", async () => {
  await createOAuthAPIClient({ url }).revoke({
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    token: accessToken,
  });
  await assert.rejects(parent.v1.accounts.verifyCredentials(), { statusCode: 401 });
});

finish();
