// Buffered bytes on their way to a file descriptor.
//
// A reader that goes away (EPIPE; the program ignores SIGPIPE) is not an error: the rest is
// dropped quietly and closed() says so. Any other failure is remembered and told by finish();
// nothing is written after it. Not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hh"

namespace lastack::base {

class Output {
 public:
  static constexpr std::size_t kChunk = 256UL * 1024;

  explicit Output(int fd);  // borrowed, not closed
  Output(Output const&) = delete;
  Output& operator=(Output const&) = delete;
  // Bytes that were neither flushed nor finished are lost: a destructor cannot tell an error.
  ~Output() = default;

  // The bytes not yet written. Append to it, then call drain() after each record.
  [[nodiscard]] std::string& buffer() { return buffer_; }
  void append(std::string_view text) {
    buffer_ += text;
    drain();
  }

  // Writes what is buffered once a chunk is full.
  void drain() {
    if (buffer_.size() >= kChunk) flush();
  }
  // Writes all that is buffered; waits where the descriptor does not block.
  void flush();

  // The reader is gone.
  [[nodiscard]] bool closed() const { return closed_; }
  // Nothing more will be written: producing more is a waste of time.
  [[nodiscard]] bool stopped() const { return closed_ || error_.code != 0; }

  // Flushes; the first error of all writes, if any. The name is for the message: "stdout".
  [[nodiscard]] Result<void> finish(std::string_view name);

 private:
  void write_all(std::string_view bytes);
  void remember_failure(int code);

  int fd_;
  std::string buffer_;
  Error error_;
  bool closed_ = false;
};

}  // namespace lastack::base
