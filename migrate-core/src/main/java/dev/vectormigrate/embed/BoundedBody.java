package dev.vectormigrate.embed;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects an answer; one that is larger than a limit is cut off, and the result is empty. */
final class BoundedBody implements BodySubscriber<Optional<byte[]>> {

  private final long limit;
  private final CompletableFuture<Optional<byte[]>> result = new CompletableFuture<>();
  private final List<ByteBuffer> parts = new ArrayList<>();
  private Flow.@Nullable Subscription subscription;
  private int size;

  BoundedBody(int limit) {
    this.limit = limit;
  }

  @Override
  public CompletionStage<Optional<byte[]>> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (!result.isDone()) {
        take(buffer);
      }
    }
  }

  private void take(ByteBuffer buffer) {
    if (buffer.remaining() <= limit - size) {
      size += buffer.remaining();
      parts.add(buffer);
      return;
    }
    parts.clear();
    result.complete(Optional.empty());
    if (subscription != null) {
      subscription.cancel();
    }
  }

  @Override
  public void onError(Throwable failure) {
    parts.clear();
    result.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    ByteBuffer whole = ByteBuffer.allocate(size);
    parts.forEach(whole::put);
    parts.clear();
    result.complete(Optional.of(whole.array()));
  }
}
