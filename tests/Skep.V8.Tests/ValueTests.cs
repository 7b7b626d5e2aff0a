using System.Text;

namespace Skep.V8.Tests;

/// <summary>Values across the border, both ways.</summary>
public sealed class ValueTests : IDisposable
{
    private readonly Isolate isolate = Script.NewIsolate();

    public void Dispose() => isolate.Dispose();

    [Theory]
    [InlineData("undefined", "Undefined")]
    [InlineData("null", "Null")]
    [InlineData("true", "Boolean")]
    [InlineData("-5", "Int32")]
    [InlineData("2147483648", "Double")]
    [InlineData("-0", "Double")]
    [InlineData("NaN", "Double")]
    [InlineData("''", "String")]
    [InlineData("new Uint8Array(3)", "Bytes")]
    [InlineData("new ArrayBuffer(3)", "Bytes")]
    [InlineData("new DataView(new ArrayBuffer(3))", "Bytes")]
    [InlineData("[1]", "Array")]
    [InlineData("() => 1", "Function")]
    [InlineData("({})", "Object")]
    [InlineData("Promise.resolve()", "Promise")]
    [InlineData("Symbol()", "Other")]
    [InlineData("10n", "Other")]
    public void Names_the_kind_of(string expression, string kind) => Assert.Equal(kind, isolate.Eval($"ops.kind({expression})"));

    [Theory]
    [InlineData("''", "")]
    [InlineData("'abc'", "abc")]
    [InlineData("'\\u00e9\\u00ff'", "éÿ")]
    [InlineData("'\\u20ac \\ud83d\\ude00'", "€ 😀")]
    [InlineData("'a\\0b'", "a\0b")]
    public void Carries_the_string(string expression, string text)
    {
        Assert.Equal(text, isolate.Eval($"ops.text({expression})"));
        Assert.Equal("true", isolate.Eval($"ops.text({expression}) === {expression}"));
        Assert.Equal($"{text}:{Encoding.UTF8.GetByteCount(text)}", isolate.Eval($"ops.utf8({expression})"));
    }

    [Fact]
    public void Keeps_lone_surrogates_in_utf16_and_replaces_them_in_utf8()
    {
        Assert.Equal("true", isolate.Eval(@"ops.text('\ud800x') === '\ud800x'"));
        Assert.Equal("�x:4", isolate.Eval(@"ops.utf8('\ud800x')"));
        Assert.Equal("x�:4", isolate.Eval(@"ops.utf8('x\udc00')"));
    }

    [Fact]
    public void Carries_long_strings()
    {
        Assert.Equal("10000000", isolate.Eval("ops.text('x'.repeat(1e7)).length"));
        Assert.Equal("true", isolate.Eval(@"const w = '\u20ac'.repeat(3e6); ops.text(w) === w"));
        // A rope is flattened on the way.
        Assert.Equal("true", isolate.Eval("let r = ''; for (let i = 0; i < 1e5; i++) r += 'ab'; ops.text(r) === 'ab'.repeat(1e5)"));
    }

    [Fact]
    public void Refuses_strings_that_V8_cannot_hold()
    {
        isolate.Enter(0);
        try
        {
            var exception = Assert.Throws<JsException>(() => isolate.NewString(new string('x', 600 << 20)));
            Assert.Equal(JsErrorClass.RangeError, exception.ErrorClass);
        }
        finally
        {
            isolate.Exit();
        }
    }

    [Fact]
    public void Lends_bytes_without_copying()
    {
        Assert.Equal("6", isolate.Eval("ops.sum(new Uint8Array([1, 2, 3]))"));
        Assert.Equal("5", isolate.Eval("ops.sum(new Uint8Array([1, 2, 3]).subarray(1))"));
        Assert.Equal("3", isolate.Eval("ops.sum(new Uint16Array([258]))"));
        Assert.Equal("0", isolate.Eval("ops.sum(new ArrayBuffer(0))"));
        Assert.Equal("0", isolate.Eval("const b = new ArrayBuffer(8); b.transfer(); ops.sum(b)"));
    }

    [Fact]
    public void Makes_bytes()
    {
        Assert.Equal("0,1,2,3", isolate.Eval("ops.bytes(4).join()"));
        Assert.Equal("0", isolate.Eval("ops.bytes(0).length"));
        Assert.Equal("255", isolate.Eval("ops.bytes(1 << 20)[(1 << 20) - 1]"));
    }

    [Fact]
    public void Reads_arrays_of_strings()
    {
        Assert.Equal("a|b|€", isolate.Eval(@"ops.strings(['a', 'b', '\u20ac'])"));
        Assert.Equal("a||b", isolate.Eval("ops.strings(['a', 5, 'b'])"));
        Assert.Equal("", isolate.Eval("ops.strings({})"));
    }

    [Fact]
    public void Makes_arrays_objects_and_handles()
    {
        JsHandle kept;
        isolate.Enter(0);
        try
        {
            var array = isolate.NewArray([1, 2.5, true, JsArgument.Null, isolate.NewString("é"), isolate.NewStringArray(["x", "y"])]);
            var target = isolate.NewObject();
            isolate.SetProperty(target, "array", array);
            kept = isolate.Keep(target);
            Assert.True(kept.Exists);
        }
        finally
        {
            isolate.Exit();
        }

        isolate.Enter(0);
        try
        {
            isolate.EvalInside("globalThis.show = (o) => JSON.stringify(o)");
            JsResult show = default;
            isolate.RunScript("show"u8, "test.js", ref show);
            JsResult shown = default;
            isolate.Call(show.Value.Local, [isolate.Get(kept)], ref shown);
            Assert.Equal("""{"array":[1,2.5,true,null,"é",["x","y"]]}""", shown.Value.ToString());
            isolate.Free(kept);
        }
        finally
        {
            isolate.Exit();
        }
    }

    [Fact]
    public void Reads_properties_through_getters()
    {
        isolate.Enter(0);
        try
        {
            JsResult target = default;
            isolate.RunScript("({ get good() { return 7 }, get bad() { throw new RangeError('no') } })"u8, "test.js", ref target);
            JsResult value = default;
            isolate.GetProperty(target.Value.Local, "good", ref value);
            Assert.Equal(7, value.Value.Int32);
            isolate.GetProperty(target.Value.Local, "bad", ref value);
            Assert.Equal(JsStatus.Exception, value.Status);
            Assert.Equal("RangeError: no", isolate.DescribeError(value.Value.Local).Message);
        }
        finally
        {
            isolate.Exit();
        }
    }

    [Fact]
    public void Throws_errors_of_the_class_an_op_names()
    {
        Assert.Equal("true", isolate.Eval("try { ops.fail(1, 'm') } catch (e) { e instanceof TypeError && e.message === 'm' }"));
        Assert.Equal("true", isolate.Eval("try { ops.fail(2, 'm') } catch (e) { e instanceof RangeError }"));
        Assert.Equal("true", isolate.Eval("try { ops.fail(0, 'm') } catch (e) { e.constructor === Error }"));
    }

    [Fact]
    public void A_null_reference_in_managed_code_is_an_exception_and_no_crash()
    {
        for (var i = 0; i < 100; i++) Assert.Equal("Error", isolate.Eval("try { ops.fail_null() } catch (e) { e.name }"));
    }

    [Fact]
    public void Parses_json()
    {
        isolate.Enter(0);
        try
        {
            JsResult result = default;
            isolate.ParseJson("""{"a":"é"}"""u8, ref result);
            Assert.Equal(JsKind.Object, result.Value.Kind);
            isolate.ParseJson("{"u8, ref result);
            Assert.Equal(JsStatus.Exception, result.Status);
        }
        finally
        {
            isolate.Exit();
        }
    }
}
