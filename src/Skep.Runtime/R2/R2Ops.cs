using System.Globalization;
using Skep.Abstractions.R2;
using Skep.Abstractions.Streams;
using Skep.Abstractions.Workers;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.R2;

/// <summary>Ops of R2 buckets (<c>js/r2/ops.ts</c>). JavaScript names a bucket by its binding's place among the version's bindings: there is
/// nothing that it could guess. Content goes both ways without entering JavaScript, where it does not make or read it itself.</summary>
internal static class R2Ops
{
    private const string Put = "put";
    private const string UploadPart = "uploadPart";

    public static unsafe void Register(OpTable ops)
    {
        ops.Add("r2_head", &Head);
        ops.Add("r2_get", &Get);
        ops.Add("r2_put", &PutObject);
        ops.Add("r2_delete", &Delete);
        ops.Add("r2_list", &List);
        ops.Add("r2_create_upload", &CreateUpload);
        ops.Add("r2_upload_part", &PutPart);
        ops.Add("r2_complete_upload", &CompleteUpload);
        ops.Add("r2_abort_upload", &AbortUpload);
    }

    private static void Head(in OpCall call)
    {
        var bucket = Bucket.Of(in call);
        var key = call[1].ToString();
        bucket.Begin(R2Meters.ClassB);
        new R2Op<R2Object?>("head", static (isolate, found) => R2Json.Object(isolate, found, found is null ? null : (0, found.Size)))
            .StartInLine(in call, () => bucket.Store.HeadAsync(bucket.Name, key));
    }

    private static void Get(in OpCall call)
    {
        const string Method = "get";
        var bucket = Bucket.Of(in call);
        R2Get request;
        try
        {
            R2Options options = new(call[2].ToStringArray());
            request = new R2Get(call[1].ToString(), options.Condition, options.Range);
        }
        catch (R2Exception refused)
        {
            throw R2Op<R2Read?>.ToJs(Method, refused);
        }

        bucket.Begin(R2Meters.ClassB);
        var meter = bucket.Isolate.Worker.Meter;
        R2Op<R2Read?> op = new(Method, (isolate, read) =>
        {
            if (read is null) return JsArgument.Null;
            meter?.Counter(R2Meters.BytesRead).Add(read.Length);
            return Answer(isolate, read);
        });
        if (!bucket.Invocation.TrySendAtOnce())
        {
            op.StartInLine(in call, () => bucket.Store.GetAsync(bucket.Name, request, bucket.Invocation.Cancellation));
            return;
        }

        // An object that is at hand is answered at once, on this thread, without a promise.
        ValueTask<R2Read?> reading;
        try
        {
            reading = bucket.Store.GetAsync(bucket.Name, request, bucket.Invocation.Cancellation);
        }
        catch (R2Exception refused)
        {
            bucket.Invocation.Connections.Leave();
            throw R2Op<R2Read?>.ToJs(Method, refused);
        }

        if (!reading.IsCompletedSuccessfully)
        {
            op.StartEntered(in call, reading);
            return;
        }

        bucket.Invocation.Connections.Leave();
        if (reading.Result is not { } found)
        {
            call.ReturnNull();
            return;
        }

        meter?.Counter(R2Meters.BytesRead).Add(found.Length);
        call.Return(Answer(bucket.Isolate, found));
    }

    /// <summary>The object, its content (bytes, a body's number, or null when there is none), and the content's length.</summary>
    private static JsLocal Answer(WorkerIsolate isolate, R2Read read)
    {
        var described = R2Json.Object(isolate, read.Object, read.HasContent ? (read.Offset, read.Length) : (0, read.Object.Size));
        var content = JsArgument.Null;
        if (read.Bytes is { } bytes)
        {
            content = isolate.Engine.NewArrayBuffer(bytes.Length, out var memory);
            bytes.Span.CopyTo(memory);
        }
        else if (read.Content is { } stream)
        {
            content = isolate.Bodies.Add(new HostBody(stream, read.Length, isolate.RequireInvocation(), read));
        }

        return isolate.Engine.NewArray([described, content, (double)read.Length]);
    }

    private static void PutObject(in OpCall call)
    {
        var bucket = Bucket.Of(in call);
        R2Put put;
        try
        {
            put = new R2Options(call[2].ToStringArray()).Put(call[1].ToString(), call[3].ToStringArray());
        }
        catch (R2Exception refused)
        {
            throw R2Op<R2Object?>.ToJs(Put, refused);
        }

        bucket.Begin(R2Meters.ClassA);
        var body = Body(in call, 4);
        new R2Op<R2Object?>(Put, static (isolate, stored) => R2Json.Object(isolate, stored)).Start(
            in call,
            () => StoreAsync(bucket, body, content => bucket.Store.PutAsync(bucket.Name, put, content, bucket.Invocation.Cancellation), static stored => stored?.Size ?? 0),
            body.Content);
    }

    private static void PutPart(in OpCall call)
    {
        var bucket = Bucket.Of(in call);
        R2PartPut part = new(call[1].ToString(), call[2].ToString(), call[3].Int32, R2Checksums.None);
        bucket.Begin(R2Meters.ClassA);
        var body = Body(in call, 4);
        new R2Op<R2Part>(UploadPart, static (isolate, stored) => isolate.Engine.NewString(stored.ETag)).Start(
            in call,
            () => StoreAsync(bucket, body, content => bucket.Store.PutPartAsync(bucket.Name, part, content, bucket.Invocation.Cancellation), static stored => stored.Size),
            body.Content);
    }

    private static void Delete(in OpCall call)
    {
        var bucket = Bucket.Of(in call);
        var keys = call[1].ToStringArray();
        bucket.Begin();
        Start(in call, "delete", () => bucket.Store.DeleteAsync(bucket.Name, keys));
    }

    private static void List(in OpCall call)
    {
        var bucket = Bucket.Of(in call);
        var query = new R2Options(call[1].ToStringArray()).List;
        bucket.Begin(R2Meters.ClassA);
        new R2Op<R2Page>("list", R2Json.Page).StartInLine(in call, () => bucket.Store.ListAsync(bucket.Name, query));
    }

    private static void CreateUpload(in OpCall call)
    {
        const string Method = "createMultipartUpload";
        var bucket = Bucket.Of(in call);
        bucket.Begin(R2Meters.ClassA);
        try
        {
            var put = new R2Options(call[2].ToStringArray()).Put(call[1].ToString(), call[3].ToStringArray());
            new R2Op<string>(Method, static (isolate, id) => isolate.Engine.NewString(id)).Start(in call, () => bucket.Store.CreateUploadAsync(bucket.Name, put));
        }
        catch (R2Exception refused)
        {
            throw R2Op<string>.ToJs(Method, refused);
        }
    }

    private static void CompleteUpload(in OpCall call)
    {
        var bucket = Bucket.Of(in call);
        var flat = call[3].ToStringArray();
        var parts = new R2PartName[flat.Length / 2];
        for (var i = 0; i < parts.Length; i++) parts[i] = new R2PartName(int.Parse(flat[i * 2], CultureInfo.InvariantCulture), flat[(i * 2) + 1]);
        bucket.Begin(R2Meters.ClassA);
        var (key, id) = (call[1].ToString(), call[2].ToString());
        new R2Op<R2Object>("completeMultipartUpload", static (isolate, stored) => R2Json.Object(isolate, stored))
            .Start(in call, () => bucket.Store.CompleteUploadAsync(bucket.Name, key, id, parts));
    }

    private static void AbortUpload(in OpCall call)
    {
        var bucket = Bucket.Of(in call);
        bucket.Begin();
        var (key, id) = (call[1].ToString(), call[2].ToString());
        Start(in call, "abortMultipartUpload", () => bucket.Store.AbortUploadAsync(bucket.Name, key, id));
    }

    private static void Start(in OpCall call, string method, Func<ValueTask> begin) =>
        new R2Op<bool>(method, static (_, _) => JsArgument.Undefined).Start(in call, () => DoneAsync(begin()));

    private static async ValueTask<bool> DoneAsync(ValueTask work)
    {
        await work.ConfigureAwait(false);
        return true;
    }

    // The arguments are the length (-1 for unknown), the kind and the body.
    private static R2Body Body(in OpCall call, int at)
    {
        var length = (long)call[at].Number;
        var body = OutgoingBody.Read(in call, at + 1, length < 0 ? [] : ["content-length", length.ToString(CultureInfo.InvariantCulture)]);
        return body.Stream is { } sender
            ? new R2Body(default, new DescribedStream(sender, SenderFailure), body.Length ?? (length < 0 ? null : length))
            : new R2Body(body.Bytes);
    }

    // Who ends the sending early knows it by the cancellation.
    private static JsException? SenderFailure(Exception failure) =>
        failure is not OperationCanceledException && BodyFailure.Is(failure) ? BodyFailure.ToJs(failure) : null;

    /// <summary>Stores content; whoever still sends is told when it is not read any more.</summary>
    private static async ValueTask<T> StoreAsync<T>(Bucket bucket, R2Body body, Func<R2Body, ValueTask<T>> store, Func<T, long> size)
    {
        try
        {
            var stored = await store(body).ConfigureAwait(false);
            bucket.Isolate.Worker.Meter?.Counter(R2Meters.BytesWritten).Add(size(stored));
            return stored;
        }
        finally
        {
            if (body.Content is { } content) await content.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The bucket that a call is to.</summary>
    private readonly record struct Bucket(WorkerIsolate Isolate, Invocation Invocation, IR2Store Store, string Name)
    {
        public static Bucket Of(in OpCall call)
        {
            var isolate = call.State<WorkerIsolate>();
            var invocation = isolate.RequireInvocation();
            return new Bucket(isolate, invocation, isolate.Worker.Services.R2!, call.Binding<R2BucketBinding>().BucketName);
        }

        /// <summary>Counts an operation, which may be one too many.</summary>
        public void Begin(string? meter = null)
        {
            Invocation.CountServiceOperation();
            if (meter is not null) Isolate.Worker.Meter?.Counter(meter).Add(1);
        }
    }
}
