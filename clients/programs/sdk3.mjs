// Asks an endpoint through AWS's own JavaScript SDK: node sdk3.mjs '{"campaign": ..., ...}'
import {
  CreateSchemaCommand, DeleteSchemaCommand, DescribeCampaignCommand, PersonalizeClient, paginateListRecipes,
} from "@aws-sdk/client-personalize";
import { GetRecommendationsCommand, PersonalizeRuntimeClient } from "@aws-sdk/client-personalize-runtime";
import { PersonalizeEventsClient, PutEventsCommand } from "@aws-sdk/client-personalize-events";
import assert from "node:assert";

const arns = JSON.parse(process.argv[2]);
const [personalize, runtime, events] = [new PersonalizeClient(), new PersonalizeRuntimeClient(), new PersonalizeEventsClient()];

const { campaign } = await personalize.send(new DescribeCampaignCommand({ campaignArn: arns.campaign }));
assert.equal(campaign.status, "ACTIVE");
assert.ok(campaign.creationDateTime instanceof Date);

const names = [];
for await (const page of paginateListRecipes({ client: personalize, pageSize: 3 }, {})) {
  names.push(...page.recipes.map((recipe) => recipe.name));
}
assert.equal(new Set(names).size, names.length);

const schema = JSON.stringify({ type: "record", name: "Users", namespace: "n", version: "1.0",
  fields: [{ name: "USER_ID", type: "string" }, { name: "AGE", type: "int" }] });
const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name: "from-javascript", schema }));
await assert.rejects(personalize.send(new CreateSchemaCommand({ name: "from-javascript", schema })),
  { name: "ResourceAlreadyExistsException" });
await personalize.send(new DeleteSchemaCommand({ schemaArn }));

const ask = new GetRecommendationsCommand({ campaignArn: arns.campaign, userId: "newcomer", numResults: 10 });
const before = await runtime.send(ask);
assert.equal(before.itemList.length, 10);
await events.send(new PutEventsCommand({ trackingId: arns.tracking, userId: "newcomer", sessionId: "s",
  eventList: [{ eventType: "watch", itemId: "77", sentAt: new Date() }] }));
const after = await runtime.send(ask);
assert.notDeepEqual(after.itemList.map((item) => item.itemId), before.itemList.map((item) => item.itemId));
console.log(`${names.length} recipes, ${after.itemList.length} recommendations`);
