using Skep.Output;
using Xunit;

namespace Skep.Tests.Output;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_what_is_in_them() => Assert.Equal(
        """
        ┌────┬──────┐
        │ id │ name │
        ├────┼──────┤
        │ 1  │ Ann  │
        ├────┼──────┤
        │ 20 │ Bo   │
        └────┴──────┘
        """,
        TextTable.Format(["id", "name"], [["1", "Ann"], ["20", "Bo"]]));

    [Fact]
    public void Wide_characters_take_two_places_and_line_breaks_none_of_their_own() => Assert.Equal(
        """
        ┌──────┬────┐
        │ a    │ b  │
        ├──────┼────┤
        │ 東京 │ ✅ │
        ├──────┼────┤
        │ x↵y  │ é  │
        └──────┴────┘
        """,
        TextTable.Format(["a", "b"], [["東京", "✅"], ["x\ny", "é"]]));
}
