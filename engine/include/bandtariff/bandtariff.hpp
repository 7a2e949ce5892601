// Everything public at once.
//
//     #include <bandtariff/bandtariff.hpp>
#pragma once

#include "bandtariff/calendar.hpp"
#include "bandtariff/cases.hpp"
#include "bandtariff/declaration.hpp"
#include "bandtariff/expression.hpp"
#include "bandtariff/gather.hpp"
#include "bandtariff/groups.hpp"
#include "bandtariff/ids.hpp"
#include "bandtariff/line.hpp"
#include "bandtariff/money.hpp"
#include "bandtariff/placement.hpp"
#include "bandtariff/placement_file.hpp"
#include "bandtariff/plan.hpp"
#include "bandtariff/quote.hpp"
#include "bandtariff/series.hpp"
#include "bandtariff/source.hpp"
#include "bandtariff/sweep.hpp"
#include "bandtariff/table.hpp"
#include "bandtariff/tariff.hpp"
#include "bandtariff/text_column.hpp"
#include "bandtariff/usage.hpp"
#include "bandtariff/version.hpp"
