namespace Skep.EndToEnd.Tests.Objects;

/// <summary>What a facet has acknowledged it keeps, while another one beside it is deleted all the time.</summary>
public sealed class FacetCrashTests : ObjectCrashTests
{
    private protected override string Thing =>
        """
        export class Thing extends DurableObject {
          facet(name) { return this.ctx.facets.get(name, () => ({ class: this.ctx.exports.Inner })) }
          async put(key) {
            this.ctx.facets.delete("other");
            await Promise.all([this.facet("one").put(key), this.facet("other").put(key).catch(() => {})]);
          }
          check(keys) { return this.facet("one").check(keys) }
        }
        """;
}
