using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;

namespace Skep.Control.Tests.Platform;

/// <summary>The rules of Email Routing, and bindings that send.</summary>
public sealed class EmailTests
{
    private const string Worker = """{ "matchers": [{ "type": "literal", "field": "to", "value": "Me@shop.example" }], "actions": [{ "type": "worker", "value": ["hello"] }], "name": "mine" }""";

    private static readonly string Root = $"/zones/{ZoneId.Of("shop.example")}/email/routing/rules";

    [Fact]
    public async Task A_rule_is_made_changed_found_and_deleted()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        var made = await control.ResultAsync(HttpMethod.Post, Root, TestControl.Json(Worker));
        var id = made["id"]!.GetValue<string>();
        Assert.Equal("""[{"type":"literal","field":"to","value":"me@shop.example"}]""", made["matchers"]!.ToJsonString());
        Assert.Equal("hello", (await control.Catalog.EmailRules.FindRuleForAsync("ME@shop.example"))!.Target);
        Assert.Null(await control.Catalog.EmailRules.FindRuleForAsync("you@shop.example"));
        Assert.Equal(2009, (await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json(Worker))).Code);

        await control.ResultAsync(HttpMethod.Put, $"{Root}/{id}", TestControl.Json("""{ "matchers": [{ "type": "literal", "field": "to", "value": "me@mail.shop.example" }], "actions": [{ "type": "forward", "value": ["far@example.net"] }], "enabled": false }"""));
        Assert.Null(await control.Catalog.EmailRules.FindRuleForAsync("me@mail.shop.example"));
        Assert.Equal(2020, (await control.ErrorAsync(HttpMethod.Get, $"{Root}/nothing")).Code);
        Assert.Single((await control.ResultAsync(HttpMethod.Get, Root)).AsArray());
        await control.ResultAsync(HttpMethod.Delete, $"{Root}/{id}");
        Assert.Empty((await control.ResultAsync(HttpMethod.Get, Root)).AsArray());
        Assert.Equal(["email_rule.delete", "email_rule.update", "email_rule.create"], (await control.Catalog.ListAuditAsync(3)).Select(entry => entry.Action));
    }

    [Fact]
    public async Task The_catch_all_takes_what_no_other_rule_does()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello");
        var unset = await control.ResultAsync(HttpMethod.Get, $"{Root}/catch_all");
        Assert.False(unset["enabled"]!.GetValue<bool>());
        Assert.Equal(unset.ToJsonString(), (await control.ResultAsync(HttpMethod.Get, $"{Root}/catch_all")).ToJsonString());
        await control.ResultAsync(HttpMethod.Put, $"{Root}/catch_all", TestControl.Json("""{ "matchers": [{ "type": "all" }], "actions": [{ "type": "forward", "value": ["far@example.net"] }], "enabled": true }"""));
        await control.ResultAsync(HttpMethod.Post, Root, TestControl.Json(Worker));
        var rules = control.Catalog.EmailRules;
        Assert.Equal(("hello", "far@example.net"), ((await rules.FindRuleForAsync("me@shop.example"))!.Target, (await rules.FindRuleForAsync("any@Shop.example"))!.Target));
        Assert.Null(await rules.FindRuleForAsync("any@mail.shop.example"));
        Assert.Null(await rules.FindRuleForAsync("any@other.example"));
        Assert.Equal("""[{"type":"all"}]""", (await control.ResultAsync(HttpMethod.Get, $"{Root}/catch_all"))["matchers"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{ "matchers": [{ "type": "literal", "field": "to", "value": "a@shop.example" }], "actions": [{ "type": "worker", "value": ["nobody"] }] }""", 2016, "There is no Worker \"nobody\"")]
    [InlineData("""{ "matchers": [{ "type": "literal", "field": "to", "value": "a@other.example" }], "actions": [{ "type": "drop" }] }""", 2007, "\"a@other.example\" is not an address of the zone")]
    [InlineData("""{ "matchers": [{ "type": "literal", "field": "to", "value": "a" }], "actions": [{ "type": "drop" }] }""", 2007, "\"a\" is not an email address")]
    [InlineData("""{ "matchers": [{ "type": "all" }], "actions": [{ "type": "drop" }] }""", null, "matcher")]
    [InlineData("""{ "matchers": [{ "type": "literal", "field": "to", "value": "a@shop.example" }], "actions": [{ "type": "forward", "value": ["x"] }] }""", 2007, "\"x\" is not an email address")]
    [InlineData("""{ "matchers": [{ "type": "literal", "field": "to", "value": "a@shop.example" }], "actions": [{ "type": "forward" }] }""", 2007, "must have one \"value\"")]
    [InlineData("""{ "matchers": [{ "type": "literal", "field": "to", "value": "a@shop.example" }], "actions": [{ "type": "burn" }] }""", 2007, "\"burn\" is not known")]
    [InlineData("""{ "matchers": [{ "type": "literal", "field": "to", "value": "a@shop.example" }] }""", 2007, "one action")]
    public async Task A_rule_that_cannot_be_followed_is_refused(string body, int? code, string named)
    {
        await using var control = await TestControl.StartAsync();
        var refused = await control.ErrorAsync(HttpMethod.Post, Root, TestControl.Json(body));
        Assert.Equal(code ?? refused.Code, refused.Code);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binding_says_who_may_be_written_to_and_by_whom()
    {
        await using var control = await TestControl.StartAsync();
        await control.DeployAsync("hello", bindings: """[{ "type": "send_email", "name": "A", "destination_address": "a@b.c" }, { "type": "send_email", "name": "B", "allowed_destination_addresses": ["a@b.c"], "allowed_sender_addresses": ["x@y.z", "d@e.f"] }]""");
        var bindings = control.Target.Checked.Last().Bindings.OfType<SendEmailBinding>().ToArray();
        Assert.Equal(("a@b.c", null, null), (bindings[0].Destination, bindings[0].Destinations?.Single(), bindings[0].Senders?.Single()));
        Assert.Equal((null, "a@b.c", "x@y.z d@e.f"), (bindings[1].Destination, bindings[1].Destinations!.Value.Single(), string.Join(' ', bindings[1].Senders!.Value)));
    }

    [Theory]
    [InlineData(""" "destination_address": "a@b.c", "allowed_destination_addresses": [] """, "has both")]
    [InlineData(""" "destination_address": "a" """, "\"a\", which is not an email address")]
    [InlineData(""" "allowed_sender_addresses": [5] """, "\"5\", which is not an email address")]
    public async Task A_binding_that_makes_no_sense_is_refused(string binding, string named)
    {
        await using var control = await TestControl.StartAsync();
        var upload = TestControl.Upload(bindings: $$"""[{ "type": "send_email", "name": "A", {{binding}} }]""");
        Assert.Contains(named, (await control.ErrorAsync(HttpMethod.Put, "workers/scripts/hello", upload)).Message, StringComparison.Ordinal);
    }
}
