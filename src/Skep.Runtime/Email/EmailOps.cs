using Skep.Abstractions.Email;
using Skep.Abstractions.Workers;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Email;

/// <summary>Ops of email (<c>js/email/ops.ts</c>). JavaScript names a binding by its place among the version's bindings.</summary>
internal static class EmailOps
{
    // What each recipient of a message that was sent is counted as.
    private const string Sent = "email.sent";

    public static unsafe void Register(OpTable ops)
    {
        ops.Add("email_send", &Send);
        ops.Add("email_compose", &Compose);
        ops.Add("email_headers", &Headers);
        ops.Add("email_body", &Body);
        ops.Add("email_reject", &Reject);
        ops.Add("email_forward", &Forward);
        ops.Add("email_reply", &Reply);
        ops.Add("email_reply_composed", &ReplyComposed);
    }

    private static void Send(in OpCall call)
    {
        var binding = call.Binding<SendEmailBinding>();
        var (from, to, content) = (call[1].ToString(), call[2].IsNullish ? binding.Destination : call[2].ToString(), call[3].Bytes.ToArray());
        Start(in call, EmailPurpose.Send, () =>
        {
            if (to is null) throw new EmailException(EmailErrorCodes.FieldMissing, "The field \"to\" is required.");
            var mail = RawMessage.Check(from, to, content);
            binding.Check(mail);
            return mail;
        });
    }

    private static void Compose(in OpCall call)
    {
        var binding = call.Binding<SendEmailBinding>();
        var builder = Builder(in call);
        Start(in call, EmailPurpose.Send, () =>
        {
            var mail = MessageComposer.Compose(builder(), DateTimeOffset.UtcNow, binding.Destination);
            binding.Check(mail);
            return mail;
        });
    }

    private static void Headers(in OpCall call)
    {
        List<string> list = [];
        foreach (var (name, value, _, _) in Find(in call).Headers.All)
        {
            list.Add(name.ToLowerInvariant());
            list.Add(value);
        }

        call.Return(call.Isolate.NewStringArray(list));
    }

    private static void Body(in OpCall call)
    {
        var invocation = Find(in call);
        var content = invocation.Email.Content;
        call.Return(call.State<WorkerIsolate>().Bodies.Add(new HostBody(ContentStream.Of(content), content.Length, invocation, source: null)));
    }

    private static void Reject(in OpCall call) => Find(in call).RejectReason = call[1].ToString();

    private static void Forward(in OpCall call)
    {
        var invocation = Find(in call);
        var (to, headers) = (call[1].ToString(), call[2].ToStringArray());
        Start(in call, EmailPurpose.Forward, () => invocation.Forward(to, headers));
    }

    private static void Reply(in OpCall call)
    {
        var invocation = Find(in call);
        var (from, to, content) = (call[1].ToString(), call[2].ToString(), call[3].Bytes.ToArray());
        Start(in call, EmailPurpose.Reply, () => invocation.Reply(rules => rules.Check(from, to, content)));
    }

    private static void ReplyComposed(in OpCall call)
    {
        var invocation = Find(in call);
        var builder = Builder(in call);
        Start(in call, EmailPurpose.Reply, () => invocation.Reply(rules => rules.Compose(builder(), DateTimeOffset.UtcNow)));
    }

    // What is wrong with it is the answer's to say.
    private static Func<EmailBuilder> Builder(in OpCall call)
    {
        try
        {
            var builder = EmailBuilder.Read(call[1], call[2]);
            return () => builder;
        }
        catch (EmailException wrong)
        {
            return Refusing(wrong);
        }
    }

    private static Func<EmailBuilder> Refusing(EmailException wrong) => () => throw wrong;

    private static void Start(in OpCall call, EmailPurpose purpose, Func<OutgoingEmail> prepare)
    {
        var isolate = call.State<WorkerIsolate>();
        isolate.RequireInvocation().CountServiceOperation();
        ServiceOp<List<string>> op = new(static (isolate, answer) => isolate.Engine.NewStringArray(answer));
        var worker = isolate.Worker;
        try
        {
            var mail = prepare();
            op.Start(in call, () => SendAsync(worker, purpose, mail));
        }
        catch (EmailException refused)
        {
            op.StartSent(in call, ValueTask.FromResult<List<string>>([refused.Code, refused.Message]));
        }
    }

    /// <summary>The message's id; or a code, and what is wrong.</summary>
    private static async ValueTask<List<string>> SendAsync(Worker worker, EmailPurpose purpose, OutgoingEmail mail)
    {
        try
        {
            var carrier = worker.Services.Email ?? throw new EmailException(EmailErrorCodes.Internal, "Nothing here delivers email.");
            using var content = ContentStream.Of(mail.Content);
            await carrier.SendAsync(EmailDelivery.Of(purpose, worker.Version.Name, mail.From, mail.Recipients, mail.Content.Span), content).ConfigureAwait(false);
            worker.Meter?.Counter(Sent).Add(mail.Recipients.Length);
            return [mail.MessageId];
        }
        catch (EmailException refused)
        {
            return [refused.Code, refused.Message];
        }
    }

    private static EmailInvocation Find(in OpCall call) =>
        call.State<WorkerIsolate>().FindInvocation(call[0].Int32) as EmailInvocation ?? throw JsException.Type("Illegal invocation");
}
