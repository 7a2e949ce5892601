// The rows of one dated value, in every layout: rows, each, across, several measures, a CSV file, or one formula for all.
// Entry point: read_rows.
#include <algorithm>

#include "tariff/loader.hpp"

namespace bandtariff::loading {
namespace {

using Traits = formula::Traits;

/// Of a table with a cell that could not be read: nothing is to be reported for want of bounds.
Traits unknown() {
    Traits traits;
    traits.never_zero = true;
    return traits;
}

void widen(std::optional<Traits>& bounds, const Traits& cell) {
    if (bounds && bounds->never_zero) return;
    if (!bounds) {
        bounds = cell;
        return;
    }
    bounds->low = bounds->low && cell.low ? std::optional(std::min(*bounds->low, *cell.low)) : std::nullopt;
    bounds->high = bounds->high && cell.high ? std::optional(std::max(*bounds->high, *cell.high)) : std::nullopt;
}

class RowReader {
public:
    RowReader(Loader& loader, TableSource& source, const Citation& version, std::optional<Elements> covers, TableRows& into)
        : loader_(loader), source_(source), version_(version), covers_(std::move(covers)), into_(into) {}

    void rows(const Node& list) {
        for (std::vector<Row>& rows : into_.rows) rows.reserve(rows.size() + list.items.size());
        for (const Node& item : read_list(list, "'rows'", loader_.report)) {
            Fields fields(item, "a row", loader_.report);
            const auto keys = row_keys(fields, nullptr);
            const std::size_t first = into_.rows.front().size();
            const Citation citation = read_citation(loader_, fields, "this row", Evidence::optional, true, version_);
            const auto covers = read_covers(fields);
            measures(fields, keys, citation, covers ? covers : covers_);
            keep(read_also_printed(fields), first);
            fields.finish();
        }
    }

    void each(const Node& mapping) {
        if (!single_measure(mapping, "each")) return;
        if (table(0).keys.size() != 1) {
            into_.complete = false;
            loader_.report.error(
                "layout-malformed", mapping.span,
                "'each' is for a table with one key, and '" + table(0).name + "' has " + std::to_string(table(0).keys.size()),
                "rows: or across:");
            return;
        }
        Fields fields(mapping, "'each'", loader_.report);
        for (const Entry* entry : fields.rest()) {
            const auto pattern = read_pattern(loader_, table(0).keys[0], entry->key, entry->key_span);
            cell_beside(pattern ? std::optional(std::vector{*pattern}) : std::nullopt, *entry, version_, covers_);
        }
    }

    void across(const Node& name, const Node* list) {
        if (!single_measure(name, "across")) return;
        const auto key =
            std::find_if(table(0).keys.begin(), table(0).keys.end(), [&](const Key& each) { return each.name == name.text; });
        if (name.kind != Node::Kind::scalar || key == table(0).keys.end()) {
            into_.complete = false;
            std::vector<std::string> known;
            for (const Key& each : table(0).keys) known.push_back(each.name);
            loader_.report.error("key-unknown", name.span, "'across' names the key whose values head the columns", any_of(known));
            return;
        }
        if (list == nullptr) {
            into_.complete = false;
            loader_.report.error("key-missing", name.span, "'across' needs 'rows'", "rows: one for each of the other keys");
            return;
        }
        const auto at = static_cast<std::size_t>(key - table(0).keys.begin());
        for (const Node& item : read_list(*list, "'rows'", loader_.report)) {
            Fields fields(item, "a row", loader_.report);
            const auto keys = row_keys(fields, &*key);
            const Citation citation = read_citation(loader_, fields, "this row", Evidence::optional, true, version_);
            const auto own_covers = read_covers(fields);
            const std::vector<AlsoPrinted> also = read_also_printed(fields);
            const std::size_t first = into_.rows.front().size();
            for (const Entry* entry : fields.rest()) {
                const auto pattern = read_pattern(loader_, *key, entry->key, entry->key_span);
                auto all = keys;
                if (all && pattern) (*all)[at] = *pattern;
                cell_beside(pattern ? all : std::nullopt, *entry, citation, own_covers ? own_covers : covers_);
            }
            keep(also, first);
        }
    }

    void file(Fields& fields, const Node& file) {
        const Node* keys = fields.require("keys", "keys: {KEY: the column that holds it}");
        const Node* amount = fields.require("amount", "amount: the column that holds the values");
        const Node* blank = fields.take("blank");
        const document::CsvTable* csv = find_csv(loader_, file);
        std::optional<ReadCell> empty;
        if (blank != nullptr) {
            const auto text = read_text(*blank, "'blank'", loader_.report);
            const auto outcome = text && *text != "no_line" ? find_outcome(loader_, *text, blank->span) : std::nullopt;
            if (outcome || (text && *text == "no_line")) {
                empty.emplace();
                empty->cell.kind = outcome ? Cell::Kind::outcome : Cell::Kind::no_line;
                if (outcome) empty->cell.outcome = *outcome;
            }
        }
        const auto key_columns = csv == nullptr || keys == nullptr ? std::nullopt : columns_of(*keys, *csv);
        const auto measure_columns = csv == nullptr || amount == nullptr ? std::nullopt : columns_of_measures(*amount, *csv);
        if (!key_columns || !measure_columns) into_.complete = false;
        if (!key_columns || !measure_columns) return;
        for (std::vector<Row>& rows : into_.rows) rows.reserve(rows.size() + csv->rows.size());
        for (const auto& row : csv->rows) {
            auto patterns = std::optional<std::vector<KeyPattern>>(std::in_place);
            for (std::size_t k = 0; k < key_columns->size(); ++k) {
                const document::CsvTable::Cell& cell = row[(*key_columns)[k]];
                auto pattern = read_pattern(loader_, table(0).keys[k], cell.text, csv->span(cell));
                if (!pattern) patterns.reset();
                if (!patterns) break;
                patterns->push_back(std::move(*pattern));
            }
            for (std::size_t m = 0; m < measure_columns->size(); ++m) {
                const document::CsvTable::Cell& cell = row[(*measure_columns)[m]];
                const SourceSpan span = csv->span(cell);
                const bool last = m + 1 == measure_columns->size();
                if (!cell.text.empty())
                    add(m, last ? std::move(patterns) : patterns, read_cell(loader_, table(m), cell.text, span), version_, covers_, span);
                else if (blank != nullptr)
                    add(m, patterns, std::optional(empty), version_, covers_, span);
                else if (into_.complete = into_.complete && table(m).as_printed; !table(m).as_printed)
                    loader_.report
                        .error("csv-blank", span,
                               "this cell is blank, and the value of '" + table(m).name + "' does not say what a blank means",
                               "blank: OUTCOME beside 'file'")
                        .notes.push_back({"the file is named here", file.span});
            }
        }
    }

    void formula(const Fields& fields) {
        for (std::size_t m = 0; m < source_.ids.size(); ++m) {
            Fields own(fields.node(), "a value", loader_.report);
            std::vector<KeyPattern> any(table(m).keys.size());
            for (KeyPattern& pattern : any) pattern.span = fields.span();
            add(m, any, read_cell(loader_, table(m), own), version_, covers_, fields.key_span("is"));
        }
    }

    void figure(Fields& fields) {
        add(0, std::vector<KeyPattern>(), read_cell(loader_, table(0), fields), version_, covers_, fields.span());
    }

    /// Conflicting figures that stand beside the one used: priced never.
    std::vector<AlsoPrinted> read_also_printed(Fields& fields) {
        const Node* node = fields.take("also_printed");
        if (node == nullptr) return {};
        const std::vector<const Node*> items = [&] {
            std::vector<const Node*> result;
            if (node->kind != Node::Kind::sequence) return std::vector{node};
            for (const Node& item : node->items) result.push_back(&item);
            return result;
        }();
        std::vector<AlsoPrinted> result;
        for (const Node* item : items) {
            Fields other(*item, "'also_printed'", loader_.report);
            AlsoPrinted also;
            also.span = item->span;
            (void)read_cell(loader_, table(0), other);
            for (const char* key : {"amount", "code", "date", "yes_no", "outcome"})
                if (const Entry* value = item->find(key)) also.value = value->value.text;
            also.citation = read_citation(loader_, other, "the other figure", Evidence::required);
            if (const Node* why = other.take("why")) also.why = read_text(*why, "'why'", loader_.report).value_or("");
            other.finish();
            result.push_back(std::move(also));
        }
        return result;
    }

    /// Beside every row of the first measure from `first` on.
    void keep(const std::vector<AlsoPrinted>& also, std::size_t first) {
        std::vector<Row>& rows = into_.rows.front();
        for (std::size_t i = first; i < rows.size(); ++i) rows[i].also_printed.insert(rows[i].also_printed.end(), also.begin(), also.end());
    }

private:
    using Keys = std::optional<std::vector<KeyPattern>>;

    Table& table(std::size_t measure) { return loader_.t.tables[source_.ids[measure].index]; }

    bool single_measure(const Node& node, const char* layout) {
        if (source_.columns.empty()) return true;
        into_.complete = false;
        loader_.report.error("layout-malformed", node.span,
                             "'" + std::string(layout) + "' is for one measure, and this table has columns", "rows:");
        return false;
    }

    Keys row_keys(Fields& fields, const Key* without) {
        Keys result(std::in_place);
        for (const Key& key : table(0).keys) {
            if (&key == without) {
                result->emplace_back();
                continue;
            }
            const Node* node = fields.require(key.name, key.name + ": a value, or any");
            const auto pattern = node == nullptr ? std::nullopt : read_pattern(loader_, key, *node);
            if (pattern && result)
                result->push_back(*pattern);
            else
                result.reset();
            if (!result) {  // the other keys are read for their own errors
                for (const Key& other : table(0).keys)
                    if (&other > &key && &other != without)
                        if (const Node* rest = fields.require(other.name, other.name + ": a value, or any"))
                            (void)read_pattern(loader_, other, *rest);
                return result;
            }
        }
        return result;
    }

    void measures(Fields& fields, const Keys& keys, const Citation& citation, const std::optional<Elements>& covers) {
        if (source_.columns.empty()) {
            add(0, keys, read_cell(loader_, table(0), fields), citation, covers, fields.span());
            return;
        }
        const Node* outcome = fields.take("outcome");
        const Node* no_line = fields.take("no_line");
        for (std::size_t m = 0; m < source_.columns.size(); ++m) {
            if (outcome != nullptr || no_line != nullptr) {
                Fields whole(fields.node(), "a row", loader_.report);
                add(m, keys, read_cell(loader_, table(m), whole), citation, covers, fields.span());
            } else if (const Node* cell = fields.require(source_.columns[m],
                                                         source_.columns[m] + ": a value, or an outcome for the whole row")) {
                add(m, keys, read_cell(loader_, table(m), *cell), citation, covers, cell->span);
            }
        }
    }

    /// The cell of an entry of `each` or `across`, which may be a mapping with evidence of its own.
    void cell_beside(const Keys& keys, const Entry& entry, const Citation& citation, const std::optional<Elements>& covers) {
        if (entry.value.kind == Node::Kind::empty) {
            loader_.report.error("value-missing", entry.key_span, "'" + entry.key + "' has no value",
                                 "a value, or the name of an outcome");
            return;
        }
        if (entry.value.kind != Node::Kind::mapping) {
            add(0, keys, read_cell(loader_, table(0), entry.value), citation, covers, entry.value.span);
            return;
        }
        Fields fields(entry.value, "a cell", loader_.report);
        const Citation own = read_citation(loader_, fields, "this cell", Evidence::optional, true, citation);
        const auto own_covers = read_covers(fields);
        auto cell = read_cell(loader_, table(0), fields);
        const std::vector<AlsoPrinted> also = read_also_printed(fields);
        fields.finish();
        const std::size_t first = into_.rows.front().size();
        add(0, keys, std::move(cell), own, own_covers ? own_covers : covers, entry.value.span);
        keep(also, first);
    }

    /// A row is large, and a file has many: it is made where it stays.
    void add(std::size_t measure, Keys keys, std::optional<ReadCell>&& cell, const Citation& citation,
             const std::optional<Elements>& covers, const SourceSpan& span) {
        if (!keys) into_.complete = false;
        if (!keys) return;
        Row& row = into_.rows[measure].emplace_back();
        row.keys = std::move(*keys);
        if (cell)
            row.cell = std::move(cell->cell);
        else
            row.cell.kind = Cell::Kind::no_line;  // reported; the row still governs its key, so that nothing else is
        row.covers = covers;
        row.citation = citation;
        row.span = span;
        if (cell && !has_evidence(row.citation)) {
            if (row.cell.kind == Cell::Kind::outcome)
                row.citation = loader_.t.at(row.cell.outcome).citation;
            else
                loader_.report.error(
                    "evidence-missing", citation.span.somewhere() ? citation.span : span,
                    "this value of '" + table(measure).name + "' has neither a source nor an assumption",
                    "source: KEY with at: page, table or regulation; or assumed: why, where no source states it");
        }
        if (!cell) into_.bounds[measure] = unknown();
        const bool has_value = row.cell.kind != Cell::Kind::outcome && row.cell.kind != Cell::Kind::no_line;
        if (cell && has_value) widen(into_.bounds[measure], cell->traits);
    }

    std::optional<std::vector<std::size_t>> columns_of(const Node& keys, const document::CsvTable& csv) {
        Fields fields(keys, "'keys'", loader_.report);
        std::vector<std::size_t> result;
        bool ok = true;
        for (const Key& key : table(0).keys) {
            const Node* column = fields.require(key.name, key.name + ": the column that holds it");
            const auto index = column == nullptr ? std::nullopt : find_column(loader_, csv, *column);
            if (index) result.push_back(*index);
            ok = ok && index;
        }
        fields.finish();
        return ok ? std::optional(result) : std::nullopt;
    }

    std::optional<std::vector<std::size_t>> columns_of_measures(const Node& amount, const document::CsvTable& csv) {
        if (source_.columns.empty()) {
            const auto index = find_column(loader_, csv, amount);
            return index ? std::optional(std::vector{*index}) : std::nullopt;
        }
        Fields fields(amount, "'amount'", loader_.report);
        std::vector<std::size_t> result;
        bool ok = true;
        for (const std::string& measure : source_.columns) {
            const Node* column = fields.require(measure, measure + ": the column that holds it");
            const auto index = column == nullptr ? std::nullopt : find_column(loader_, csv, *column);
            if (index) result.push_back(*index);
            ok = ok && index;
        }
        fields.finish();
        return ok ? std::optional(result) : std::nullopt;
    }

    Loader& loader_;
    TableSource& source_;
    const Citation& version_;
    std::optional<Elements> covers_;
    TableRows& into_;
};

}  // namespace

void read_rows(Loader& loader, TableSource& source, Fields& fields, const Citation& citation, TableRows& into) {
    const std::optional<Elements> covers = read_covers(fields);
    RowReader reader(loader, source, citation, covers, into);
    const std::vector<AlsoPrinted> also = reader.read_also_printed(fields);
    if (loader.t.tables[source.ids.front().index].figure) {
        reader.figure(fields);
        reader.keep(also, 0);
        return;
    }
    const Node* rows = fields.take("rows");
    const Node* each = fields.take("each");
    const Node* across = fields.take("across");
    const Node* file = fields.take("file");
    const Node* is = fields.take("is");
    const int layouts =
        (each != nullptr) + (across != nullptr || (rows != nullptr && file == nullptr)) + (file != nullptr) + (is != nullptr);
    if (layouts != 1) {
        into.complete = false;
        loader.report.error("layout-malformed", fields.span(),
                            layouts == 0 ? "a value of a table has rows"
                                         : "a value of a table has its rows in one layout (rows may stand beside a file)",
                            "rows:, each:, across: with rows:, file: or is:");
        return;
    }
    if (is != nullptr) reader.formula(fields);
    if (each != nullptr) reader.each(*each);
    if (across != nullptr)
        reader.across(*across, rows);
    else if (rows != nullptr)
        reader.rows(*rows);
    if (file != nullptr) reader.file(fields, *file);
    reader.keep(also, 0);
}

}  // namespace bandtariff::loading
