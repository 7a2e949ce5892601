// See text.hpp.
#include "text.hpp"

#include <algorithm>
#include <array>

namespace bandtariff::document {
namespace {

constexpr std::size_t block = 256;

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

/// Bytes of the well-formed character at `offset` (no overlong form, no surrogate, nothing past U+10FFFF), or 0.
std::size_t well_formed(std::string_view text, std::size_t offset) {
    const auto byte = [&](std::size_t i) { return offset + i < text.size() ? static_cast<unsigned char>(text[offset + i]) : 0U; };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    unsigned low = 0x80;
    unsigned high = 0xBF;
    std::size_t bytes = 0;
    if (lead >= 0xC2 && lead <= 0xDF) bytes = 2;
    if (lead >= 0xE0 && lead <= 0xEF) bytes = 3;
    if (lead >= 0xF0 && lead <= 0xF4) bytes = 4;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    if (bytes == 0 || byte(1) < low || byte(1) > high) return 0;
    for (std::size_t i = 2; i < bytes; ++i)
        if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
    return bytes;
}

std::string hexadecimal(char byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto value = static_cast<unsigned char>(byte);
    return {digits[value >> 4], digits[value & 0xF]};
}

/// Tab, line feed, and a carriage return before a line feed are the only control characters a pack may hold.
bool refused_control(std::string_view text, std::size_t offset) {
    const auto byte = static_cast<unsigned char>(text[offset]);
    if (byte == '\r') return offset + 1 >= text.size() || text[offset + 1] != '\n';
    if (byte == 0xC2) return static_cast<unsigned char>(text[offset + 1]) < 0xA0;  // U+0080 to U+009F, well formed by now
    return byte == 0x7F || (byte < 0x20 && byte != '\t' && byte != '\n');
}

}  // namespace

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

Text::Text(std::shared_ptr<const SourceFile> file) : file_(std::move(file)), body_(file_->text) {
    if (body_.starts_with("\xEF\xBB\xBF")) body_.remove_prefix(3);
    line_starts_.push_back(0);
    for (std::size_t at = body_.find('\n'); at != std::string_view::npos; at = body_.find('\n', at + 1))
        line_starts_.push_back(at + 1);
    std::size_t characters = 0;
    for (std::size_t at = 0; at <= body_.size(); at += block) {
        characters_before_block_.push_back(characters);
        characters += count_characters(body_.substr(at, block));
    }
    one_byte_each_ = characters == body_.size();
}

std::size_t Text::characters_before(std::size_t offset) const {
    if (one_byte_each_) return offset;
    const std::size_t whole_blocks = offset / block;
    return characters_before_block_[whole_blocks] + count_characters(body_.substr(whole_blocks * block, offset % block));
}

std::size_t Text::line_start(std::size_t offset) const {
    return *std::prev(std::upper_bound(line_starts_.begin(), line_starts_.end(), std::min(offset, body_.size())));
}

std::size_t Text::line_end(std::size_t offset) const {
    const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), std::min(offset, body_.size()));
    std::size_t end = next == line_starts_.end() ? body_.size() : *next - 1;
    if (next != line_starts_.end() && end > *std::prev(next) && body_[end - 1] == '\r') --end;
    return end;
}

SourceSpan Text::span(std::size_t offset, std::size_t bytes) const {
    offset = std::min(offset, body_.size());
    const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    const std::size_t end = std::max(offset, std::min(offset + bytes, line_end(offset)));
    const std::size_t before = characters_before(offset);
    return {file_, static_cast<std::uint32_t>(next - line_starts_.begin()),
            static_cast<std::uint32_t>(before - characters_before(*std::prev(next)) + 1),
            static_cast<std::uint32_t>(std::max<std::size_t>(characters_before(end) - before, 1))};
}

bool is_plain_text(const Text& text, std::size_t most_bytes, Report& report) {
    const std::string_view body = text.body();
    if (body.size() > most_bytes) {
        report.error("too-large", text.whole(),
                     "this file is larger than " + std::to_string(most_bytes >> 20) + " MiB, the most that is read: divide it");
        return false;
    }
    if (body.starts_with("\xFF\xFE") || body.starts_with("\xFE\xFF")) {
        report.error("not-utf-8", text.span(0), "this file is in UTF-16: save it as UTF-8 (spreadsheets call it 'CSV UTF-8')");
        return false;
    }
    for (std::size_t at = 0; at < body.size();) {
        const auto byte = static_cast<unsigned char>(body[at]);
        if (byte >= 0x20 && byte < 0x7F) {
            ++at;
            continue;
        }
        const std::size_t bytes = well_formed(body, at);
        if (bytes == 0) {
            report.error("not-utf-8", text.span(at),
                         "the byte " + hexadecimal(body[at]) +
                             " here is not UTF-8 text: save the file as UTF-8 (spreadsheets call it 'CSV UTF-8')");
            return false;
        }
        if (refused_control(body, at)) {
            const bool lone_return = body[at] == '\r';
            report.error("control-character", text.span(at),
                         lone_return ? std::string("a carriage return without a line feed: save the file with ordinary line ends")
                                     : "an invisible control character (" + hexadecimal(body[at + bytes - 1]) +
                                           ") stands here: delete it");
            return false;
        }
        at += bytes;
    }
    return true;
}

}  // namespace bandtariff::document
