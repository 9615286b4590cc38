## survey.R CSV OUT [tasks] - times the R survey package. tasks: comma list of mean,by,rake,boot
suppressWarnings(suppressMessages({ library(survey); library(data.table) })); setDTthreads(1)
a <- commandArgs(TRUE); f <- a[1]; out <- a[2]; tasks <- strsplit(if (length(a) > 2) a[3] else "mean,by,rake,boot", ",")[[1]]
rss <- function() { z <- grep("VmHWM", readLines("/proc/self/status"), value = TRUE); round(as.numeric(gsub("\\D", "", z)) / 1024) }
n <- as.numeric(gsub("\\D", "", basename(f)))
rec <- function(task, el, extra = "") { cat(sprintf("%s,%s,%.0f,%.2f,%d,%s\n", "survey", task, n, el, rss(), extra), file = out, append = TRUE); cat(task, round(el, 2), "s, peak", rss(), "MiB", extra, "\n") }
tm <- function(task, e, extra = function(r) "") { gc(FALSE); t <- system.time(r <- eval(e, parent.frame()))[["elapsed"]]; rec(task, t, extra(r)); invisible(r) }
x <- tm("read", quote(as.data.frame(fread(f))))
d <- tm("design", quote(svydesign(id = ~psu, strata = ~stratum, weights = ~w, data = x)))
fb <- ~b1 + b2 + b3 + b4 + b5 + b6 + b7 + b8 + b9 + b10
if ("mean" %in% tasks) tm("mean", quote(svymean(fb, d)), function(r) paste0("b1=", signif(coef(r)[1], 12), " se=", signif(SE(r)[1], 12)))
if ("by" %in% tasks) tm("by", quote(svyby(~b1, ~region + sex, d, svymean)), function(r) paste0("first=", signif(r$b1[1], 12), " se=", signif(SE(r)[1], 12)))
if ("rake" %in% tasks) { mg <- fread(sub(".csv", "_margins.csv", f)); for (v in c("region", "sex", "age", "educ")) d$variables[[v]] <- factor(d$variables[[v]])
  tv <- c(sum(mg[margin == "region", N]), unlist(lapply(c("region", "sex", "age", "educ"), function(v) mg[margin == v][order(level)]$N[-1])))
  names(tv) <- c("(Intercept)", unlist(lapply(c("region", "sex", "age", "educ"), function(v) paste0(v, levels(d$variables[[v]])[-1]))))
  dc <- tm("rake", quote(calibrate(d, ~region + sex + age + educ, tv, calfun = "raking", epsilon = 1e-8)))
  tm("raked mean", quote(svymean(fb, dc)), function(r) paste0("b1=", signif(coef(r)[1], 12), " se=", signif(SE(r)[1], 12))) }
if ("boot" %in% tasks) { set.seed(5); r <- tm("boot replicates", quote(as.svrepdesign(d, type = "bootstrap", replicates = 500))); tm("boot means", quote(svymean(fb, r))) }
