/**
 * Reports: one HTML page, and tables as CSV, Markdown and LaTeX, made from what runs keep in their
 * folders and from nothing else. What is measured and how figures come about lives elsewhere.
 */
package org.gradcam4j.evaluation.report;
