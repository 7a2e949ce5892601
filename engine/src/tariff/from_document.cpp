// A document to the contents of a tariff: the order in which its sections are read, so that each name is known before it is used.
// Entry point: from_document.
#include "tariff/loader.hpp"
#include "tariff/uses.hpp"

namespace bandtariff::loading {

void from_document(Loader& loader, const std::filesystem::path& pack, UsesAhead& uses) {
    loader.t.outcomes = built_in_outcomes();
    loader.t.folder = loader.document.folder;
    read_header(loader);
    read_uses(loader, uses);
    if (!loader.lending) read_lenders(loader, pack);
    read_sources(loader);
    read_codes(loader);
    read_facts(loader);
    read_groups(loader);
    read_spans(loader);
    read_choices(loader);
    read_outcomes(loader);
    read_roundings(loader);
    read_calendars(loader);
    read_time_bases(loader);
    import_tables(loader);
    declare_tables(loader);
    declare_scales(loader);
    declare_steps(loader);
    resolve_in_order(loader);
    read_takes(loader);
    read_lines(loader);
    read_gathers(loader);
    read_share_out(loader);
    read_totals(loader);
    read_refusals(loader);
    read_identities(loader);
    if (!loader.lending) read_cases(loader);  // they may expect what only the whole pack can have
    read_not_covered(loader);
    check_contents(loader);
}

}  // namespace bandtariff::loading
